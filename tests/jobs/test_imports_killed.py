"""An import whose process is killed again and again ends with exactly the rows an undisturbed one has."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time

import psycopg
import pytest

ROWS, CHUNK = 2_000, 200
WORK = """
import sys
import django; django.setup()
from rounds.jobs.imports import carry_on
from rounds.models import Import
key = sys.argv[1]
while Import.objects.get(pk=key).state in ("reading", "checking", "running", "undoing"):
    carry_on(key)
"""
SCRIPT = """
import os, sys
import django; django.setup()
from rounds.access.sight import system_sight
from rounds.actions.flow import imports, playbooks
from rounds.jobs import import_file
from rounds.jobs.imports import folder
from rounds.kit.actor import SYSTEM_ACTOR
from rounds.kit.clock import now
from rounds.models.flow.active import active
from rounds import playbook
rows, chunk = int(sys.argv[1]), sys.argv[2]
files = dict(playbook.default().files)
files["imports.yaml"] = files["imports.yaml"].replace("chunk: {rows: 5000", "chunk: {rows: " + chunk)
playbooks.publish(files, reason="Small chunks", by=SYSTEM_ACTOR, at=now())
path = folder() / ("killed-" + str(os.getpid()) + ".upload")
path.write_text("external id,name,email,state\\n" + "".join(f"k{n},Person {n},p{n}@org{n % 50}.example,NY\\n" for n in range(rows)))
looks = import_file.look(path, "killed.csv", active().playbook.imports.limits)
with system_sight():
    of = imports.begin("killed.csv", file=path.name, size=path.stat().st_size, looks=looks, noun="lead", person=None, by=SYSTEM_ACTOR, at=now())
    imports.understand_as(of, {"then": "run"}, by=SYSTEM_ACTOR, at=now())
print(of.id)
"""

WORKING = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND granted AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"


@pytest.fixture
def product(clone, server):
    """(environment of a worker's process, a connection of the owner) of a database of its own."""
    name = clone("killed")
    environment = {**os.environ, "ROUNDS_DATABASE_NAME": name, "ROUNDS_PROCESS": "worker", "DJANGO_SETTINGS_MODULE": "rounds.project.settings"}
    with psycopg.connect(server.dsn("rounds_owner", name), autocommit=True) as owner:
        yield environment, owner


def killed(product, times: int) -> str:
    """Carry an import through, killing its process `times` times at a moment nobody chose; the import's id."""
    environment, owner = product
    began = subprocess.run([sys.executable, "-c", SCRIPT, str(ROWS), str(CHUNK)], env=environment, capture_output=True, text=True, check=False)
    assert began.returncode == 0, began.stderr[-2000:]
    key, dice, hit = began.stdout.strip().splitlines()[-1], random.Random(4), 0
    while hit < times:
        process = subprocess.Popen([sys.executable, "-c", WORK, key], env=environment, stderr=subprocess.DEVNULL)
        while not over(process, owner, key) and not owner.execute(WORKING).fetchone()[0]:  # the moment is counted from its first step, not from its start
            time.sleep(0.005)
        until = time.monotonic() + dice.random() * 0.6
        while time.monotonic() < until and not over(process, owner, key):
            time.sleep(0.005)
        if over(process, owner, key):
            process.wait()
            break
        process.send_signal(signal.SIGKILL)
        process.wait()
        hit += 1
    done = subprocess.run([sys.executable, "-c", WORK, key], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-2000:]
    assert hit, "it was over before anybody could kill it"
    return key


def over(process: subprocess.Popen, owner: psycopg.Connection, key: str) -> bool:
    """Whether there is nothing left to kill."""
    state = owner.execute("SELECT state FROM rounds_import WHERE id = %s", [key]).fetchone()[0]
    return process.poll() is not None or state == "done"


def exact(product, key: str) -> None:
    """Every row of the file once, with everything beside it once."""
    _, owner = product
    one = lambda sql: owner.execute(sql).fetchone()[0]  # noqa: E731
    state, report = owner.execute("SELECT state, report FROM rounds_import WHERE id = %s", [key]).fetchone()
    assert (state, report["counts"]["new"]) == ("done", ROWS)
    assert one("SELECT count(*) FROM rounds_lead") == ROWS
    assert one("SELECT count(DISTINCT external_id) FROM rounds_lead WHERE external_id LIKE 'k%'") == ROWS
    assert one("SELECT count(*) FROM rounds_leadstatuschange") == ROWS
    assert one("SELECT count(*) FROM rounds_scorerecord WHERE lead_id IS NOT NULL") == 2 * ROWS
    assert one("SELECT count(*) FROM rounds_event WHERE kind = 'lead.captured'") == ROWS
    assert one("SELECT count(*) FROM rounds_assignment") == ROWS
    assert one(f"SELECT count(*) FROM rounds_auditentry WHERE verb = 'lead.import' AND subject_id = '{key}'") == ROWS // CHUNK
    assert one("SELECT count(*) FROM rounds_verify_chain('write') WHERE broken_at IS NOT NULL") == 0


@pytest.mark.req("INTEG-17")
@pytest.mark.timeout(280)
def test_three_kills_lose_nothing_and_do_nothing_twice(product):
    exact(product, killed(product, 3))


@pytest.mark.soak
@pytest.mark.req("INTEG-17")
@pytest.mark.timeout(900)
def test_twenty_kills_lose_nothing_and_do_nothing_twice(product):
    exact(product, killed(product, 20))
