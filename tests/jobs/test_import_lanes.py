"""Chunks of a file written side by side: the same leads for the same people as one chunk after another, and none behind one
that failed."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import psycopg
import pytest

ROWS, CHUNK = 600, 40
BEGIN = """
import os, sys, random
import django; django.setup()
from rounds.access.sight import system_sight
from rounds.actions.flow import imports, playbooks
from rounds.jobs import import_file
from rounds.jobs.demo.cast import build_cast
from rounds.jobs.imports import folder
from rounds.kit.actor import SYSTEM_ACTOR
from rounds.kit.clock import now
from rounds.models import User
from rounds.models.flow.active import active
from rounds import playbook
rows, chunk, lanes = map(int, sys.argv[1:])
files = dict(playbook.default().files)
files["imports.yaml"] = files["imports.yaml"].replace("{rows: 5000, lanes: 2", "{rows: %d, lanes: %d" % (chunk, lanes))
playbooks.publish(files, reason="Small chunks", by=SYSTEM_ACTOR, at=now())
dice = random.Random(3)
line = lambda n: f"k{n},Person {n},p{n}@org{n % 50}.example,{dice.choice(['NY', 'TX', 'CA', 'IL'])},{dice.choice(['', '40', '220', '800'])},{dice.choice(['Epic', 'Cerner', ''])}\\n"
path = folder() / (str(os.getpid()) + ".upload")
path.write_text("external id,name,email,state,beds,ehr\\n" + "".join(map(line, range(rows))))
looks = import_file.look(path, "lanes.csv", active().playbook.imports.limits)
with system_sight():
    build_cast(now())
    of = imports.begin("lanes.csv", file=path.name, size=path.stat().st_size, looks=looks, noun="lead", person=None, by=SYSTEM_ACTOR, at=now())
    imports.understand_as(of, {"then": "run"}, by=SYSTEM_ACTOR, at=now())
print(of.id)
"""
WORK = """
import sys
import django; django.setup()
from rounds.jobs.imports import carry_on
from rounds.models import Import
while Import.objects.get(pk=sys.argv[1]).state in ("reading", "checking", "running", "undoing"):
    carry_on(sys.argv[1])
"""
AGAIN = """
import sys
import django; django.setup()
from rounds.access.sight import system_sight
from rounds.actions.flow import imports
from rounds.jobs.imports import carry_on
from rounds.kit.actor import SYSTEM_ACTOR
from rounds.kit.clock import now
from rounds.models import Import
with system_sight():
    getattr(imports, sys.argv[2])(Import.objects.get(pk=sys.argv[1]), by=SYSTEM_ACTOR, at=now())
carry_on(sys.argv[1])
"""
WHOSE = "SELECT l.external_id, u.email, l.queue FROM rounds_lead l LEFT JOIN rounds_user u ON u.id = l.owner_id ORDER BY 1"
FAILS = """
CREATE FUNCTION fails() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE disk_full USING MESSAGE = 'no room left'; END $$;
CREATE TRIGGER fails BEFORE INSERT ON rounds_lead FOR EACH ROW WHEN (NEW.external_id = 'k130') EXECUTE FUNCTION fails();
"""


@pytest.fixture
def product(clone, server, request):
    """(run a script as the worker, a connection of the owner) in a database of its own."""
    name = clone(f"lanes_{len(request.node.name)}")
    environment = {**os.environ, "ROUNDS_DATABASE_NAME": name, "ROUNDS_PROCESS": "worker", "DJANGO_SETTINGS_MODULE": "rounds.project.settings"}

    def run(script: str, *said: str, fails: bool = False) -> str:
        done = subprocess.run([sys.executable, "-c", script, *map(str, said)], env=environment, capture_output=True, text=True, check=False)
        assert (done.returncode != 0) is fails, done.stderr[-2000:]
        return (done.stdout if not fails else done.stderr).strip()

    with psycopg.connect(server.dsn("rounds_owner", name), autocommit=True) as owner:
        yield run, owner


@pytest.mark.req("INTEG-17", "ROUTE-09")
@pytest.mark.timeout(200)
def test_side_by_side_everybody_gets_what_they_get_one_after_another(product):
    run, owner = product
    found = []
    for lanes in (1, 2):
        key = run(BEGIN, ROWS, CHUNK, lanes).splitlines()[-1]
        run(WORK, key)
        found.append(owner.execute(WHOSE).fetchall())
        run(AGAIN, key, "ask_undo")
        assert owner.execute("SELECT count(*) FROM rounds_lead").fetchone()[0] == 0
    one_by_one, side_by_side = found
    assert len(one_by_one) == ROWS
    assert len({email for _, email, _ in one_by_one}) > 2, "several people are given leads, or there is nothing to compare"
    assert side_by_side == one_by_one


@pytest.mark.req("INTEG-17")
@pytest.mark.timeout(200)
def test_behind_a_chunk_that_failed_none_stands_and_it_goes_on_from_there(product):
    run, owner = product
    key = run(BEGIN, ROWS, CHUNK, 2).splitlines()[-1]
    owner.execute(FAILS)
    assert "no room left" in run(WORK, key, fails=True)
    stands = [number for number, in owner.execute("SELECT number FROM rounds_importchunk ORDER BY 1").fetchall()]
    assert stands == [0, 1, 2], "the fourth chunk failed, and the fifth was on its way"
    assert owner.execute("SELECT count(*) FROM rounds_lead").fetchone()[0] == 3 * CHUNK
    owner.execute("DROP TRIGGER fails ON rounds_lead")
    run(WORK, key)
    counts, done = owner.execute("SELECT report -> 'counts', done FROM rounds_import WHERE id = %s", [key]).fetchone()
    assert (json.loads(counts) if isinstance(counts, str) else counts)["new"] == done == ROWS
    assert owner.execute("SELECT count(*), count(DISTINCT external_id) FROM rounds_lead").fetchone() == (ROWS, ROWS)


@pytest.mark.req("INTEG-17")
def test_a_lost_turn_is_made_up_for_and_lost_once():
    from rounds.actions.flow.imports.turns import OutOfTurn
    from rounds.jobs.import_lanes import side_by_side

    tries, written = [], []

    def write(chunk, turn, memory):
        tries.append(chunk)
        if chunk == 1 and tries.count(1) == 1:
            raise OutOfTurn
        turn.gave(None)
        turn.end()
        written.append(chunk)

    assert list(side_by_side(12, 2, write, {})) == list(range(12))
    assert written == list(range(12)), "each once, in the order of the file"
    assert len(tries) <= 14, "what ran beside it is written again, and nothing behind that"
