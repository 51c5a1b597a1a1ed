"""The forecast, calls and quotas over the API."""

from __future__ import annotations

import pytest

from rounds.actions.market import accounts
from rounds.actions.numbers.quarters import quarter_said
from rounds.kit.clock import now


@pytest.mark.req("FORECAST-01", "FORECAST-02", "FORECAST-04", "FORECAST-09")
def test_a_quarter_is_called_held_and_read(caller, cast):
    rep, boss, span = caller(cast.owner), caller(cast.manager), quarter_said("", now())
    account = accounts.add(name="Harbour Health", level="system", state="NY", owner=cast.owner, by=cast.owner.actor, at=now())
    deal = rep("POST", "/opportunities", {"account": str(account.id), "name": "Imaging", "close_on": span.last.isoformat()})[1]
    rep("PUT", f"/opportunities/{deal['id']}/amount", {"amount_cents": 40_000_000})
    rep("PUT", f"/opportunities/{deal['id']}/forecast", {"category": "commit"})
    assert rep("POST", "/forecast/calls", {"quarter": span.code, "cents": 45_000_000, "best_cents": 60_000_000})[0] == 201
    assert rep("POST", "/forecast/calls", {"quarter": "soon", "cents": 1})[0] == 422
    held = {"quarter": span.code, "owner": str(cast.owner.pk), "cents": 30_000_000, "reason": "No sponsor yet"}
    assert rep("POST", "/forecast/overrides", held)[0] == 403
    assert boss("POST", "/forecast/overrides", held)[1]["kind"] == "override"
    assert boss("PUT", "/quotas", {"owner": str(cast.owner.pk), "quarter": span.code, "cents": 100_000_000})[0] == 200
    assert rep("PUT", "/quotas", {"owner": str(cast.owner.pk), "quarter": span.code, "cents": 1})[0] == 403
    assert boss("PUT", "/quotas", {"owner": str(cast.colleague.pk), "quarter": span.code, "cents": 1})[0] == 404
    status, said = rep("GET", f"/forecast?quarter={span.code}")
    assert status == 200
    assert (said["call_cents"], said["held_cents"], said["coverage"]["quota_cents"], said["coverage"]["gap_cents"]) == (45_000_000, 30_000_000, 100_000_000, 260_000_000)
    assert [one["method"] for one in said["methods"]] == ["weighted", "category", "historical", "model"]
    assert said["range"]["p10_cents"] <= said["range"]["p50_cents"] <= said["range"]["p90_cents"]
    assert (said["deals"][0]["name"], said["deals"][0]["category"]) == ("Imaging", "commit")
    assert [row["cents"] for row in rep("GET", "/quotas")[1]["data"]] == [100_000_000]
    assert boss("PUT", "/quotas", {"owner": str(cast.owner.pk), "quarter": span.code, "cents": None})[0] == 204
    elsewhere = caller(cast.colleague)("GET", "/forecast")[1]
    assert (elsewhere["deals"], elsewhere["call_cents"]) == ([], 0)
