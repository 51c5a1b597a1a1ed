"""A simulated company whose process is killed again and again ends with exactly what an undisturbed one has."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time

import psycopg
import pytest

WORK = """
import django; django.setup()
from datetime import datetime, UTC
from rounds.access.sight import EVERYTHING, sight
from rounds.actions.flow import simulations
from rounds.jobs.demo.cast import build_cast
from rounds.jobs.simulate import writing
from rounds.kit.actor import SYSTEM_ACTOR
from rounds.models import Account
from rounds.actions.market import accounts
at, asked = datetime(2026, 9, 1, tzinfo=UTC), writing.Asked(seed=5, months=3, deals=4)
with sight(EVERYTHING):
    cast = build_cast(at)
    simulations.begin({"seed": 5, "months": 3, "deals": 4, "snapshots": True, **writing.span(asked, at)}, label="A test", by=SYSTEM_ACTOR, at=at)
    for state, beds in (("NY", 700), ("OH", 260), ("CA", 80)):
        if not Account.objects.filter(name="Fennmoor " + state).exists():
            accounts.add(name="Fennmoor " + state, level="system", state=state, beds=beds, website="fennmoor" + state.lower() + ".example", by=SYSTEM_ACTOR, at=at)
with sight(EVERYTHING):
    steps = sum(map(len, writing.planned(asked, at).values()))
done = writing.write(asked, cast, at=at)
print("planned", steps, done.finished)
"""
ROWS = """SELECT (SELECT count(*) FROM rounds_opportunity), (SELECT count(DISTINCT external_id) FROM rounds_opportunity), (SELECT count(*) FROM rounds_lead),
                 (SELECT count(DISTINCT external_id) FROM rounds_leadactivity WHERE external_id IS NOT NULL),
                 (SELECT count(*) FROM rounds_leadactivity WHERE external_id IS NOT NULL), (SELECT count(*) FROM rounds_stageentry),
                 (SELECT count(*) FROM rounds_dealcontact), (SELECT count(*) FROM rounds_dealsnapshot), (SELECT rows FROM rounds_batch WHERE kind = 'simulation')"""
DAYS = "SELECT coalesce(max(chunks_done), 0) FROM rounds_batch WHERE kind = 'simulation'"


def written(clone, server, name: str, kills: int) -> tuple[tuple, str]:
    """(what is there, what the last process said) after writing with so many kills on the way."""
    full = clone(name)
    environment = {**os.environ, "ROUNDS_DATABASE_NAME": full, "ROUNDS_PROCESS": "worker", "DJANGO_SETTINGS_MODULE": "rounds.project.settings"}
    dice = random.Random(9)
    with psycopg.connect(server.dsn("rounds_owner", full), autocommit=True) as owner:
        for _ in range(kills):
            before = owner.execute(DAYS).fetchone()[0]
            process = subprocess.Popen([sys.executable, "-c", WORK], env=environment, stdout=subprocess.DEVNULL)
            while process.poll() is None and owner.execute(DAYS).fetchone()[0] < before + dice.randint(40, 160):
                time.sleep(0.02)
            assert process.poll() is None, "it was killed while it wrote"
            process.send_signal(signal.SIGKILL)
            process.wait()
        done = subprocess.run([sys.executable, "-c", WORK], env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr[-2000:]
        return owner.execute(ROWS).fetchone(), done.stdout.strip()


@pytest.mark.req("PLUS-29", "PIPE-26")
def test_a_killed_company_is_as_one_that_was_not(clone, server):
    torn, said = written(clone, server, "simulated_killed", 3)
    whole, _ = written(clone, server, "simulated_whole", 0)
    assert torn == whole
    deals, names, _, acts, logged, _, _, _, rows = torn
    assert deals == names == 4
    assert acts == logged
    assert said == f"planned {rows} True"
