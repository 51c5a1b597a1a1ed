"""Long runs with real faults: what is killed again and again ends as if it had never been (`make soak`)."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import threading
import time
from pathlib import Path

import psycopg
import pytest

from rounds.kit import postgres

COMMAND = [sys.executable, "-c", "from rounds.cli.main import main; main()"]
ROWS = 10_000


def environment(name: str, folder: Path | None = None) -> dict[str, str]:
    """What a command needs to work on the database `name`, in a server of its own where `folder` is given."""
    more = {"ROUNDS_DATA_DIR": str(folder)} if folder else {}
    return {**os.environ, "ROUNDS_DATABASE_NAME": name, "ROUNDS_MODE": "test", **more}


def whole(connection: psycopg.Connection) -> None:
    """The write chain holds, link by link, and nothing of it is unsealed."""
    links, broken_at, unsealed = connection.execute("SELECT * FROM rounds_verify_chain('write')").fetchone()
    assert (broken_at, unsealed) == (None, 0)
    assert links == connection.execute("SELECT count(*) FROM rounds_auditentry WHERE chain = 'write'").fetchone()[0]


@pytest.mark.soak
@pytest.mark.req("X-2")
def test_an_import_of_ten_thousand_rows_killed_twenty_times_ends_with_the_exact_rows(server, clone, tmp_path):
    name, file, chance = clone("soak_import"), tmp_path / "leads.csv", random.Random(7)
    lines = [f"Person {n},p{n}@org{n % 300}.example,Org {n % 300},NY,{100 + n % 900},x{n}" for n in range(ROWS)]
    file.write_text("Name,Email,Organization,State,Beds,External ID\n" + "\n".join(lines) + "\n")
    words = [*COMMAND, "lead", "import", str(file)]
    for _ in range(20):
        running = subprocess.Popen(words, env=environment(name), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            running.wait(chance.uniform(1.5, 9))
        except subprocess.TimeoutExpired:
            running.kill()
            running.wait()
    done = subprocess.run(words, env=environment(name), capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    with psycopg.connect(server.dsn("rounds_owner", name)) as connection:
        ids = [row[0] for row in connection.execute("SELECT external_id FROM rounds_lead")]
        assert sorted(ids) == sorted(f"x{n}" for n in range(ROWS))
        told = connection.execute("SELECT count(*), count(DISTINCT lead_id) FROM rounds_event WHERE kind = 'lead.captured'")
        assert told.fetchone() == (ROWS, ROWS)
        scored = connection.execute("SELECT count(*) FROM rounds_scorerecord WHERE model = 'lead_fit'").fetchone()[0]
        assert scored == ROWS
        whole(connection)


@pytest.mark.soak
@pytest.mark.req("X-2")
def test_a_database_killed_under_load_loses_no_lead_that_was_answered(tmp_path):
    folder, name = tmp_path / "postgres", "rounds"
    postgres.ensure(folder)
    subprocess.run([*COMMAND, "migrate"], env=environment(name, folder), check=True, stdout=subprocess.DEVNULL)
    answered: list[str] = []
    stop = time.monotonic() + 60

    def load(client: int) -> None:
        number = 0
        while time.monotonic() < stop:
            number += 1
            key = f"c{client}-{number}"
            words = [*COMMAND, "lead", "add", "--name", f"Person {key}", "--external-id", key, "--json"]
            done = subprocess.run(words, env=environment(name, folder), capture_output=True, text=True, check=False)
            if done.returncode == 0:
                answered.append(key)

    clients = [threading.Thread(target=load, args=(n,)) for n in range(2)]
    for client in clients:
        client.start()
    for _ in range(5):
        time.sleep(8)
        pid = postgres.status(folder).pid
        if pid:
            os.kill(pid, 9)
        time.sleep(1)
        postgres.ensure(folder)
    for client in clients:
        client.join()
    server = postgres.ensure(folder)
    try:
        with psycopg.connect(server.dsn("rounds_owner", name)) as connection:
            there = {row[0] for row in connection.execute("SELECT external_id FROM rounds_lead")}
            assert answered
            assert set(answered) <= there
            whole(connection)
    finally:
        postgres.stop(folder)
