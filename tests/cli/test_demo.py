"""The demo as its own processes: made twice the same, started, visited, stopped; refused where it must not be."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import socket
import subprocess
import time

import psutil
import psycopg
import pytest

from tests.serving import ROUNDS, free_port


@pytest.fixture(scope="module")
def name(clone):
    return clone(f"demo_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}")


@pytest.fixture(scope="module")
def environment(name):
    return {**os.environ, "ROUNDS_DATABASE_NAME": name}


@pytest.fixture(scope="module")
def made(environment):
    """The small demo; what the command said."""
    done = rounds(environment, "demo", "--data-only", "--small")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.fixture
def tables(server, name, made):
    """A connection to the demo's database as its owner, whom row security does not narrow."""
    with psycopg.connect(server.dsn("rounds_owner", name), autocommit=True) as connection:
        yield connection


def rounds(environment, *command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*ROUNDS, *command], env=environment, capture_output=True, text=True, check=False)


def counts(connection) -> dict[str, int]:
    tables = ("account", "accountfact", "contact", "committeeseat", "intelligence", "lead", "leadactivity", "answer",
              "scorerecord", "tierrecord", "event", "user", "leadform", "savedview", "universerun")  # fmt: skip
    return {table: connection.execute(f"SELECT count(*) FROM rounds_{table}").fetchone()[0] for table in tables}


def child(process: subprocess.Popen, command: str) -> psutil.Process | None:
    """The living child that runs `rounds COMMAND`."""
    for found in psutil.Process(process.pid).children():
        with contextlib.suppress(psutil.Error):
            if command in found.cmdline():  # empty for one that was killed and not yet buried
                return found
    return None


def test_made_again_nothing_is_doubled(environment, tables):
    before = counts(tables)
    assert before["lead"] == 40  # 36 of the market, two through the public form, two written twice
    assert before["account"] > 100
    # The mark of a finished demo goes, so that every step runs again and has to find its own work done.
    tables.execute("DELETE FROM rounds_savedview WHERE name = 'Hand-raises not yet qualified'")
    done = rounds(environment, "demo", "--data-only", "--small")
    assert done.returncode == 0, done.stderr
    assert counts(tables) == before


@pytest.mark.req("ACCT-09", "ACCT-07")
def test_the_hierarchy_of_the_seed_is_there_as_drawn(tables):
    rows = tables.execute(
        """WITH RECURSIVE branch AS (
             SELECT id, name, level, locations, 0 AS depth, name AS path FROM rounds_account
              WHERE name = 'ABC Health System' AND level = 'system'
             UNION ALL SELECT a.id, a.name, a.level, a.locations, b.depth + 1, b.path || ' > ' || a.name
               FROM rounds_account a JOIN branch b ON a.parent_id = b.id)
           SELECT path, level, locations FROM branch ORDER BY path"""
    ).fetchall()
    abc = "ABC Health System"
    assert rows == [
        (abc, "system", None),
        (f"{abc} > ABC Clinic Network", "clinic_network", None),
        (f"{abc} > ABC Clinic Network > Primary Care Clinics", "department", 15),
        (f"{abc} > ABC Clinic Network > Specialty Clinics", "department", 5),
        (f"{abc} > ABC Main Hospital", "hospital", None),
        (f"{abc} > ABC Main Hospital > Cardiology Department", "department", None),
        (f"{abc} > ABC Main Hospital > Cardiology Department > Interventional Cardiology", "service_line", None),
        (f"{abc} > ABC West Hospital", "hospital", None),
        (f"{abc} > ABC West Hospital > Emergency Department", "department", None),
        (f"{abc} > ABC West Hospital > Radiology Department", "department", None),
    ]


def test_nobody_of_the_demo_could_be_written_to(tables):
    for table in ("lead", "contact", "user"):
        found = tables.execute(f"SELECT email FROM rounds_{table} WHERE email <> '' AND email NOT LIKE '%.example'")
        assert found.fetchall() == []
    assert tables.execute("SELECT count(*) FROM rounds_accountfact WHERE NOT human AND source_ref LIKE 'synthetic%'"
                          ).fetchone()[0] > 1000  # fmt: skip


@pytest.mark.req("LEAD-21", "PLUS-12", "ABM-01")
def test_the_market_is_believable(tables):
    grades = dict(tables.execute("SELECT fit_grade, count(*) FROM rounds_account WHERE is_unit GROUP BY 1").fetchall())
    assert min(grades.get(grade, 0) for grade in "ABC") >= 3
    tiers = dict(tables.execute("SELECT tier, count(*) FROM rounds_account WHERE is_unit GROUP BY 1").fetchall())
    assert min(tiers.get(tier, 0) for tier in (0, 1, 2, 3)) >= 1
    story = tables.execute(
        "SELECT count(*) FROM rounds_account WHERE is_unit AND ehr_vendor = 'Epic' AND beds >= 500 AND territory = 'Northeast'"
    )
    assert story.fetchone()[0] >= 2
    moved = tables.execute("SELECT count(*) FROM (SELECT lead_id FROM rounds_scorerecord WHERE model = 'lead_fit'"
                           " AND lead_id IS NOT NULL GROUP BY lead_id HAVING count(*) > 1) m")  # fmt: skip
    assert moved.fetchone()[0] >= 10
    late = tables.execute("SELECT count(*) FROM rounds_leadactivity WHERE at > happened_at + interval '12 hours'")
    assert late.fetchone()[0] >= 1


@pytest.mark.req("X-2")
def test_the_audit_chain_of_the_demo_holds(environment, made):
    done = rounds(environment, "audit", "verify", "--json")
    assert done.returncode == 0
    assert json.loads(done.stdout)["write"]["holds"]


def test_started_visited_and_stopped(environment, made):
    done = rounds(environment, "demo", "--small", "--check", "--port", str(free_port()))
    assert done.returncode == 0, done.stderr
    assert "200  /market/" in done.stdout


def test_it_stops_whole_and_outlives_the_death_of_a_part(environment, made):
    port = free_port()
    process = subprocess.Popen([*ROUNDS, "demo", "--small", "--port", str(port)], env=environment, text=True,
                               stdout=subprocess.PIPE, stderr=subprocess.PIPE)  # fmt: skip
    try:
        for line in process.stdout:
            if line.startswith("Ctrl-C"):
                break
        worker = child(process, "worker")
        worker.kill()
        began = time.monotonic()
        while (again := child(process, "worker")) in (None, worker) and time.monotonic() - began < 30:
            time.sleep(0.2)
        assert again not in (None, worker)
        family = psutil.Process(process.pid).children(recursive=True)
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=40) == 0
        assert [child for child in family if child.is_running()] == []
    finally:
        if process.poll() is None:
            process.kill()


@pytest.mark.req("X-2")
def test_it_is_refused_in_production(environment):
    done = rounds({**environment, "ROUNDS_MODE": "production"}, "demo")
    assert done.returncode == 2
    assert "refused in production" in done.stderr


def test_a_port_that_is_taken_is_said(environment):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        for command in ("demo", "serve"):
            done = rounds(environment, command, "--port", str(port))
            assert done.returncode == 2
            assert f"Port {port}" in done.stderr
            assert "--port" in done.stderr


@pytest.fixture
def other(server, clone):
    """Makes a database of another state of Rounds; its name."""

    def make(called: str) -> str:
        name = clone(called)
        with psycopg.connect(server.dsn("rounds_owner", name), autocommit=True) as owner:
            owner.execute("COMMENT ON SCHEMA public IS 'rounds tables 0123456789abcdef'")
        return name

    return make


def test_a_database_with_other_tables_says_so_once(other):
    """Before the first release the first migrations change: no page fails one by one, and nothing is thrown away unasked."""
    refused = rounds({**os.environ, "ROUNDS_DATABASE_NAME": other("demo_other")}, "migrate")
    assert refused.returncode != 0
    assert "rounds demo --anew" in refused.stderr


def test_a_demo_is_made_anew_but_never_a_database_people_work_in(server, other):
    name = other("demo_anew")
    environment = {**os.environ, "ROUNDS_DATABASE_NAME": name}
    drop = [ROUNDS[0], "-c", "from rounds.cli.demo import throw_away; throw_away()"]

    def there() -> bool:
        with psycopg.connect(server.dsn("rounds_owner", "postgres")) as connection:
            return connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone() is not None

    assert rounds(environment, "user", "add", "somebody@northwind.com", "Kit Somebody", "--role", "admin").returncode == 0
    kept = subprocess.run(drop, env=environment, capture_output=True, text=True, check=False)
    assert "so it is kept" in kept.stderr
    assert there()
    with psycopg.connect(server.dsn("rounds_owner", name), autocommit=True) as owner:
        owner.execute("UPDATE rounds_user SET email = 'somebody@northwind.example'")
    gone = subprocess.run(drop, env=environment, capture_output=True, text=True, check=False)
    assert (gone.returncode, there()) == (0, False), gone.stderr
