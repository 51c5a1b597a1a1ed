"""Workers as real processes: killed, stopped, restarted; no job is lost."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable

import psycopg
import pytest

from rounds.jobs import chores

COMMAND = [sys.executable, "-c", "from rounds.cli.main import main; main()", "worker"]


@pytest.fixture
def ground(server, clone, request):
    """A database of its own: (its name, a connection as its owner)."""
    name = clone(request.node.name.replace("[", "_").strip("]")[:30])
    with psycopg.connect(server.dsn("rounds_owner", name), autocommit=True) as connection:
        yield name, connection


@pytest.fixture
def workers():
    """Starts workers on a database, and ends those that are left."""
    started: list[subprocess.Popen] = []

    def start(name: str, *more: str) -> subprocess.Popen:
        environment = {**os.environ, "ROUNDS_DATABASE_NAME": name}
        process = subprocess.Popen([*COMMAND, *more], env=environment, stderr=subprocess.PIPE, text=True)
        started.append(process)
        return process

    yield start
    for process in started:
        if process.poll() is None:
            process.kill()
        process.wait()


def until(holds: Callable[[], bool], seconds: float) -> float:
    """Seconds until `holds`; fails after `seconds`."""
    began = time.monotonic()
    while not holds():
        assert time.monotonic() - began < seconds, f"not within {seconds} s"
        time.sleep(0.1)
    return time.monotonic() - began


def defer(connection) -> int:
    """A real job in the queue: score everything by the playbook in force."""
    made = connection.execute(
        "INSERT INTO procrastinate_jobs (queue_name, task_name, args) VALUES ('default', 'rounds.rescore', '{\"number\": 1}')"
        " RETURNING id"
    )
    return made.fetchone()[0]


def state(connection, job: int) -> str:
    return connection.execute("SELECT status::text FROM procrastinate_jobs WHERE id = %s", [job]).fetchone()[0]


@pytest.mark.req("X-2")
def test_the_job_of_a_killed_worker_is_done_by_another_within_a_minute(ground, workers, server):
    name, connection = ground
    job = defer(connection)
    with psycopg.connect(server.dsn("rounds_owner", name)) as blocker:
        blocker.execute("LOCK TABLE rounds_playbookversion IN ACCESS EXCLUSIVE MODE")
        first = workers(name)
        until(lambda: state(connection, job) == "doing", 30)
        os.kill(first.pid, signal.SIGKILL)
        first.wait()
        blocker.rollback()
    assert state(connection, job) == "doing"
    workers(name)
    assert until(lambda: state(connection, job) == "succeeded", 60) < 60
    assert connection.execute("SELECT attempts FROM procrastinate_jobs WHERE id = %s", [job]).fetchone()[0] == 2


@pytest.mark.req("X-2")
def test_a_worker_that_is_asked_to_stop_finishes_its_job(ground, workers, server):
    name, connection = ground
    job = defer(connection)
    with psycopg.connect(server.dsn("rounds_owner", name)) as blocker:
        blocker.execute("LOCK TABLE rounds_playbookversion IN ACCESS EXCLUSIVE MODE")
        worker = workers(name)
        until(lambda: state(connection, job) == "doing", 30)
        worker.send_signal(signal.SIGTERM)
        time.sleep(1)
        assert worker.poll() is None
        blocker.rollback()
    assert worker.wait(timeout=15) == 0
    assert state(connection, job) == "succeeded"


@pytest.mark.req("X-2")
def test_a_worker_outlives_the_loss_of_its_connections(ground, workers):
    name, connection = ground
    worker = workers(name)
    until(lambda: connection.execute("SELECT count(*) FROM procrastinate_workers").fetchone()[0] == 1, 30)
    cut_others(connection)
    job = defer(connection)
    until(lambda: state(connection, job) == "succeeded", 30)
    assert worker.poll() is None


def cut_others(connection) -> None:
    """Close every other connection to the database, as a restart of PostgreSQL would."""
    host, port, name = connection.info.host, connection.info.port, connection.info.dbname
    with psycopg.connect(host=host, port=port, user="postgres", dbname="postgres", autocommit=True) as superuser:
        superuser.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND pid <> %s",
            [name, connection.info.backend_pid],
        )


@pytest.mark.req("X-2")
@pytest.mark.django_db
def test_a_job_that_keeps_killing_its_worker_is_given_up():
    from django.db import connection as ours

    with ours.cursor() as cursor:
        for attempts, status in ((0, "todo"), (chores.MOST - 1, "failed")):
            cursor.execute(
                "INSERT INTO procrastinate_jobs (queue_name, task_name, args, status, attempts)"
                " VALUES ('default', 'rounds.rescore', '{}', 'doing', %s) RETURNING id",
                [attempts],
            )
            job = cursor.fetchone()[0]
            assert chores.reap() == 1
            assert chores.reap() == 0
            cursor.execute("SELECT status::text FROM procrastinate_jobs WHERE id = %s", [job])
            assert cursor.fetchone()[0] == status
            cursor.execute("DELETE FROM procrastinate_jobs WHERE id = %s", [job])


def test_reads_are_sealed_while_a_worker_runs(ground, workers):
    name, connection = ground
    connection.execute(
        "INSERT INTO rounds_auditentry (id, at, by_kind, chain, verb) VALUES (gen_random_uuid(), now(), 'system', 'read', 'x')"
    )
    workers(name)
    until(lambda: connection.execute("SELECT unsealed FROM rounds_verify_chain('read')").fetchone()[0] == 0, 30)


def test_a_dead_job_whose_twin_waits_stands_in_nobodys_way(ground, workers, server):
    name, connection = ground
    twin = "INSERT INTO procrastinate_jobs (queue_name, task_name, queueing_lock, args) VALUES ('default', %s, 'one', '{}') RETURNING id"
    dead = connection.execute(twin, ["rounds.rescore_aged"]).fetchone()[0]
    connection.execute("UPDATE procrastinate_jobs SET status = 'doing' WHERE id = %s", [dead])
    waiting = connection.execute(twin, ["rounds.rescore_aged"]).fetchone()[0]
    other = defer(connection)
    connection.execute("UPDATE procrastinate_jobs SET status = 'doing' WHERE id = %s", [other])
    workers(name)
    until(lambda: state(connection, waiting) == "succeeded", 40)
    until(lambda: state(connection, other) == "succeeded", 40)
    # Given up while its twin waited; or, where the twin was done before anybody looked, put back and done alone.
    until(lambda: state(connection, dead) in ("failed", "succeeded"), 40)


@pytest.mark.req("AUTO-12")
def test_a_worker_knows_every_deed_before_its_first_thread_begins():
    asks = ("from rounds.cli.django import start; start('worker'); import rounds.jobs.worker; from rounds.playbook.happenings import DEEDS; "
            "from rounds.playbook import default; print(len(DEEDS)); default()")  # fmt: skip
    told = subprocess.run([sys.executable, "-c", asks], capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stderr
    assert int(told.stdout) > 30
