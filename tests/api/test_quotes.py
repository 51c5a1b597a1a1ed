"""Quotes and proposals over the API: the same guidelines and approvals as in the browser, and no margin."""

from __future__ import annotations

import json

import pytest

from rounds.actions.deals import concessions
from rounds.kit.clock import now
from tests.actions.deals.price_room import a_deal, approver

pytestmark = pytest.mark.req("PRICE-05", "PRICE-06", "PRICE-07", "INTEG-18")
LINE = {"product": "imaging_triage", "units": 2, "unit_cents": 30_000_000}


@pytest.fixture
def deal(cast):
    return a_deal(cast, tier=1)


def test_from_a_quote_to_an_accepted_proposal(caller, cast, deal):
    call, at = caller(cast.owner), f"/opportunities/{deal.id}"
    status, quote = call("POST", f"{at}/quotes", {"lines": [LINE], "total_bp": 2300})
    assert (status, quote["sums"]["annual_cents"], quote["guidelines"]["approvals"]) == (201, 46_200_000, ["vp"])
    assert "cost" not in json.dumps(quote)
    one = f"/quotes/{quote['id']}"
    status, why = call("POST", f"{one}/approval", {})
    assert (status, "received" in why["detail"]) == (422, True)
    assert call("POST", f"{at}/concessions", {"side": "received", "kind": "reference"})[0] == 201
    assert call("PATCH", one, {"total_bp": 900, "edits": 7})[0] == 409
    assert call("PATCH", one, {"total_bp": 900, "edits": 0})[1]["guidelines"]["result"] == "below_band"
    assert call("PATCH", one, {"state": "approved"})[0] == 422
    assert call("POST", f"{one}/approval", {})[1]["approved"] is True
    assert len(call("GET", f"{at}/quotes")[1]["data"]) == 1
    status, proposal = call("POST", f"{one}/proposals", {})
    assert (status, len(proposal["sections"]), "Business case" in proposal["missing"]) == (201, 4, True)
    where = f"/proposals/{proposal['id']}"
    assert call("POST", f"{where}/delivery", {"how": "said"})[1]["state"] == "sent"
    assert call("POST", f"{where}/answer", {"answer": "accepted", "timeline_agreed": True})[1]["state"] == "accepted"
    assert call("GET", one)[1]["state"] == "accepted"
    assert call("GET", f"/opportunities/{deal.id}")[1]["amount_cents"] == 54_600_000


def test_the_right_person_decides_and_nobody_else_sees_it(caller, cast, deal):
    concessions.log(deal, "received", "reference", by=cast.owner.actor, at=now())
    vp, call = approver("vp_sales", "Vera"), caller(cast.owner)
    quote = call("POST", f"/opportunities/{deal.id}/quotes", {"lines": [LINE], "total_bp": 2300})[1]
    step = call("POST", f"/quotes/{quote['id']}/approval", {"reason": "Volume"})[1]["steps"][0]
    path = f"/quotes/{quote['id']}/approvals/{step['id']}"
    assert call("POST", path, {"decision": "approved"})[0] == 403
    assert caller(cast.colleague)("POST", path, {"decision": "approved"})[0] == 404
    assert caller(vp)("POST", path, {"decision": "approved"})[1]["approved"] is True
