"""`rounds task` and `rounds automation` as somebody types them: what they show, write and refuse."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from uuid import uuid4

import psycopg
import pytest

from tests.serving import ROUNDS

FILL = """
import json
from datetime import timedelta
from rounds.cli.django import start
start("worker")
from rounds.access.sight import system_sight
from rounds.actions.desk import tasks
from rounds.actions.leads import leads
from rounds.jobs.demo.cast import build_cast
from rounds.kit.clock import now
with system_sight():
    cast = build_cast(now())
    lead = leads.capture({"name": "Rosa Meridian", "state": "NY", "organization": "Meridian Health"}, by=cast.owner.actor, at=now(), owner=cast.owner)
    late = tasks.add("Call them back", kind="follow_up", owner=cast.owner, lead=lead, due_at=now() - timedelta(days=2), by=cast.owner.actor, at=now())
    soon = tasks.add("Send the deck", kind="follow_up", owner=cast.owner, due_at=now() + timedelta(days=9), by=cast.owner.actor, at=now())
    print(json.dumps({"lead": str(lead.id), "late": str(late.id), "soon": str(soon.id), "owner": cast.owner.email, "colleague": cast.colleague.email,
                      "revops": cast.revops.email}))
"""


@pytest.fixture(scope="module")
def world(clone):
    """A database with the cast, a lead and two tasks: (its environment, the ids and addresses)."""
    name = clone(f"cli_task_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}")
    environment = {**os.environ, "ROUNDS_DATABASE_NAME": name}
    filled = subprocess.run([sys.executable, "-c", FILL], env=environment, capture_output=True, text=True, check=False)
    assert filled.returncode == 0, filled.stderr
    return environment, json.loads(filled.stdout)


@pytest.fixture
def rounds(world):
    """`rounds(words)`: (what it answered, its words on the way out)."""
    environment, _ = world

    def run(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run([*ROUNDS, *words], env=environment, capture_output=True, text=True, check=False)

    return run


@pytest.mark.req("AUTO-16", "X-1")
def test_tasks_are_listed_as_their_person_sees_them_and_ticked_off_once(world, rounds, server):
    environment, ids = world
    listed = json.loads(rounds("task", "list", "--as", ids["owner"], "--json").stdout)
    mine = [task for task in listed if task["id"] in (ids["late"], ids["soon"])]
    assert [task["title"] for task in mine] == ["Call them back", "Send the deck"], "those due first first"
    assert mine[0]["lead"] == "Rosa Meridian"
    late = rounds("task", "list", "--as", ids["owner"], "--late").stdout
    assert "late  Call them back, Rosa Meridian (Olivia Grant)" in late
    assert "Send the deck" not in late
    assert "Call them back" not in rounds("task", "list", "--as", ids["colleague"], "--team").stdout
    unseen = rounds("task", "done", ids["late"], "--as", ids["colleague"])
    assert unseen.returncode == 2
    assert "you do not see it" in unseen.stderr
    done = rounds("task", "done", ids["late"], "--as", ids["owner"], "--outcome", "They want a demo")
    assert done.stdout.strip() == "Done: Call them back"
    with psycopg.connect(server.dsn("rounds_owner", environment["ROUNDS_DATABASE_NAME"])) as connection:
        outcome, at, told = connection.execute(
            "SELECT outcome, done_at, (SELECT count(*) FROM rounds_event e WHERE e.kind = 'task.completed' AND e.subject_id = t.id) FROM rounds_task t WHERE id = %s",
            [ids["late"]]).fetchone()  # fmt: skip
    assert outcome == "They want a demo"
    assert (at is not None, told) == (True, 1)
    assert rounds("task", "done", str(uuid4()), "--as", ids["owner"]).returncode == 2
    nobody = rounds("task", "list", "--as", "nobody@vendor.example")
    assert nobody.returncode == 2
    assert "No active person has the address" in nobody.stderr


@pytest.mark.req("AUTO-01", "AUTO-10")
def test_an_automation_is_read_tried_switched_and_asked_what_it_did(world, rounds, server):
    environment, ids = world
    said = rounds("automation", "show", "lead_captured")
    assert said.stdout.startswith("When a lead is captured: 1 Lead scoring calculation (the capture did it)")
    assert "It would have run 1 times in the last 30 days" in said.stdout
    assert "automations/lead_captured.yaml:" in said.stdout
    unknown = rounds("automation", "show", "lead_captrd")
    assert unknown.returncode == 2
    assert "no such automation" in unknown.stderr
    tried = rounds("automation", "test", "lead_captured", ids["lead"], "--by", ids["revops"])
    assert "Its conditions hold." in tried.stdout
    assert "2 Account research: done" in tried.stdout
    assert rounds("automation", "test", "lead_captured", ids["lead"], "--by", ids["owner"]).returncode == 2
    assert "no lead, no account and no deal" in rounds("automation", "test", "lead_captured", str(uuid4()), "--by", ids["revops"]).stderr
    assert json.loads(rounds("automation", "runs", "--json").stdout) == [], "a trial leaves no run"

    assert "--reason" in rounds("automation", "off", "lead_hot").stderr
    assert rounds("automation", "off", "lead_hot", "--reason", "New texts", "--by", ids["revops"]).stdout.strip() == "lead_hot is off."
    listed = {line["code"]: line for line in json.loads(rounds("automation", "list", "--json").stdout)}
    assert (listed["lead_hot"]["on"], listed["lead_captured"]["on"]) == (False, True)
    assert "Off: New texts" in rounds("automation", "show", "lead_hot").stdout
    assert rounds("automation", "on", "lead_hot", "--reason", "Ready").stdout.strip() == "lead_hot is on."

    assert rounds("worker", "--once").returncode == 0
    (run,) = json.loads(rounds("automation", "runs", "lead_captured", "--json").stdout)
    assert (run["state"], [step["state"] for step in run["steps"]]) == ("done", ["done"] * 6)
    nothing = rounds("automation", "replay", run["id"])
    assert nothing.returncode == 2
    assert "Every step of this run is done" in nothing.stderr
    assert "There is no run of that id" in rounds("automation", "replay", str(uuid4())).stderr
