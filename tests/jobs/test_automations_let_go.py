"""A real worker lets a quiet batch go, its clocks too, and says of what never began."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from tests.jobs.test_worker import ground, state, until, workers  # noqa: F401  fixtures

FILL = """
from rounds.cli.django import start
start("worker")
from rounds.access.sight import system_sight
from rounds.actions.flow import automations, batches
from rounds.actions.leads import leads
from rounds.jobs.demo.cast import build_cast
from rounds.kit.clock import now
said = {"state": "NY", "organization": "Meridian Health", "facts": {"beds": 612, "ehr": "Epic"}, "answers": {
    "market_leadership": "leader", "it_infrastructure": "hybrid", "innovation": "moderate", "project_timeline": "near_term", "competitive_pressure": "medium"}}
with system_sight():
    cast = build_cast(now())
    by = cast.admin.actor
    batch = batches.begin("lead.import", label="Fair", by=by, at=now())
    for name in ("Ann Lee", "Bo Fox"):
        leads.capture({"name": name, **said}, by=by, at=now(), owner=cast.owner, quiet=True, batch=batch.id)
    automations.release(batch, by=by, at=now())
"""


@pytest.fixture
def filled(ground):  # noqa: F811
    """A database with the cast and a quiet batch of two leads that was released: (its name, a connection as its owner)."""
    name, connection = ground
    subprocess.run([sys.executable, "-c", FILL], env={**os.environ, "ROUNDS_DATABASE_NAME": name, "ROUNDS_MODE": "test"}, check=True)
    return name, connection


@pytest.mark.req("PLUS-04", "LEAD-26", "AUTO-01")
def test_a_released_batch_starts_its_runs_and_its_clocks(filled, workers):  # noqa: F811
    name, connection = filled
    job = connection.execute("SELECT id FROM procrastinate_jobs WHERE task_name = 'flow.release'").fetchone()[0]
    assert connection.execute("SELECT count(*) FROM rounds_task").fetchone() == (0,)
    workers(name)
    until(lambda: state(connection, job) == "succeeded", 60)
    assert connection.execute("SELECT count(DISTINCT lead_id) FROM rounds_automationrun WHERE automation = 'lead_captured'").fetchone() == (2,)
    late, leads = connection.execute(
        "SELECT count(*) FILTER (WHERE t.started_at <> b.released_at), count(DISTINCT t.lead_id) FROM rounds_task t, rounds_batch b WHERE t.clock <> ''"
    ).fetchone()  # fmt: skip
    assert (late, leads) == (0, 2)


@pytest.mark.req("AUTO-10")
def test_a_job_that_is_given_up_before_a_run_began_is_told_to_who_manages_automations(filled, workers):  # noqa: F811
    name, connection = filled
    said = json.dumps({"event": "01a22cf5-0000-7000-8000-000000000000", "at": "no moment"})
    job = connection.execute("INSERT INTO procrastinate_jobs (queue_name, task_name, args, attempts) VALUES ('default', 'flow.automate', %s, 5) RETURNING id",
                             [said]).fetchone()[0]  # fmt: skip
    workers(name)
    until(lambda: state(connection, job) == "failed", 60)
    told = connection.execute("SELECT DISTINCT u.role FROM rounds_notification n JOIN rounds_user u ON u.id = n.user_id WHERE n.kind = 'automation.failed'").fetchall()
    assert {role for (role,) in told} == {"admin", "revops"}
