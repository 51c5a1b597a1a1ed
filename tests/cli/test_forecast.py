"""`rounds forecast` as somebody types it."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from tests.serving import ROUNDS

FILL = """
import json
from rounds.cli.django import start
start("worker")
from rounds.access.sight import system_sight
from rounds.actions.deals import opportunities
from rounds.actions.numbers import calls, quotas
from rounds.actions.numbers.quarters import quarter_said
from rounds.jobs.demo.cast import build_cast
from rounds.kit.clock import now
from tests.proofs import a_deal
with system_sight():
    cast, span = build_cast(now()), quarter_said("", now())
    who = {"by": cast.owner.actor, "at": now()}
    deal, _ = a_deal(cast.owner)
    deal = opportunities.price(deal, 40_000_000, **who)
    opportunities.change(deal, close_on=span.last, **who)
    opportunities.forecast(deal, "commit", **who)
    calls.call(cast.owner, span, 45_000_000, **who)
    quotas.set_quota(cast.owner, span, 100_000_000, by=cast.manager.actor, at=now())
    print(json.dumps({"owner": cast.owner.email, "colleague": cast.colleague.email, "quarter": span.code}))
"""


@pytest.fixture(scope="module")
def world(clone):
    """A database with a deal, a call and a quota: (its environment, the addresses)."""
    environment = {**os.environ, "ROUNDS_DATABASE_NAME": clone(f"cli_forecast_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}")}
    filled = subprocess.run([sys.executable, "-c", FILL], env=environment, capture_output=True, text=True, check=False)
    assert filled.returncode == 0, filled.stderr
    return environment, json.loads(filled.stdout)


@pytest.mark.req("FORECAST-01", "FORECAST-02", "FORECAST-09", "X-1")
def test_a_quarter_is_told_learned_tried_and_locked(world):
    environment, ids = world

    def rounds(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run([*ROUNDS, "forecast", *words], env=environment, capture_output=True, text=True, check=False)

    said = json.loads(rounds("--quarter", ids["quarter"], "--as", ids["owner"], "--json").stdout)
    assert (said["quarter"], said["call_cents"], said["coverage"]["quota_cents"]) == (ids["quarter"], 45_000_000, 100_000_000)
    assert [one["category"] for one in said["deals"]] == ["commit"]
    assert json.loads(rounds("--as", ids["colleague"], "--json").stdout)["deals"] == []
    told = rounds().stdout
    assert "Weighted by stage" in told
    assert "P10 · P50 · P90" in told
    assert "coverage 0.4× of 3×" in told
    wrong = rounds("--quarter", "soon")
    assert wrong.returncode == 2
    assert "write it as 2026-Q4" in wrong.stderr
    assert "Learned of 0 closed deals" in rounds("learn").stdout
    assert "Too few deals are closed" in rounds("backtest").stdout
    assert "lock it after that" in rounds("lock", ids["quarter"]).stderr
    assert "2020-Q1 is locked" in rounds("lock", "2020-Q1").stdout
