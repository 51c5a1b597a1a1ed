"""Deals over the API: opened, changed, priced, moved, closed; each refusal a sentence, what is unseen a 404."""

from __future__ import annotations

import pytest

from rounds.actions.market import accounts
from rounds.kit.clock import now


@pytest.fixture
def account(cast):
    return accounts.add(name="Harbour Health", level="system", state="NY", owner=cast.owner, by=cast.owner.actor, at=now())


@pytest.fixture
def deal(caller, cast, account):
    status, made = caller(cast.owner)("POST", "/opportunities", {"account": str(account.id), "name": "Imaging"})
    assert status == 201
    return made


@pytest.mark.req("PIPE-25", "PIPE-28")
def test_a_deal_is_opened_changed_priced_and_called(caller, cast, deal):
    rep, place = caller(cast.owner), f"/opportunities/{deal['id']}"
    assert (deal["stage"], deal["process"], deal["owner"]["name"]) == ("O1", "P1", cast.owner.name)
    assert rep("PATCH", place, {"close_on": "2027-03-31", "next_step": "Call the CIO"})[1]["close_on"] == "2027-03-31"
    assert rep("PUT", f"{place}/amount", {"amount_cents": 24_000_050})[1]["amount_company_cents"] == 24_000_050
    assert rep("PUT", f"{place}/forecast", {"category": "commit"})[1]["forecast_category"] == "commit"
    assert rep("PUT", f"{place}/forecast", {"category": "certain"})[0] == 422
    assert rep("PATCH", place, {"stage": "O9"})[0] == 422, "the stage has an address of its own"
    assert caller(cast.colleague)("GET", place)[0] == 404


@pytest.mark.req("PIPE-05", "PIPE-17", "PIPE-18", "PIPE-20", "PIPE-26")
def test_a_deal_moves_by_the_rules_and_tells_its_history_gate_and_plan(caller, cast, deal):
    rep, boss, place = caller(cast.owner), caller(cast.manager), f"/opportunities/{deal['id']}"
    assert rep("PUT", f"{place}/stage", {"stage": "O2", "seen": "O1"})[1]["stage"] == "O2"
    assert rep("PUT", f"{place}/stage", {"stage": "O3", "seen": "O1"})[0] == 409
    assert rep("PUT", f"{place}/stage", {"stage": "O7", "reason": "They know us"})[0] == 403
    status, refused = boss("PUT", f"{place}/stage", {"stage": "O7", "reason": "They know us"})
    assert (status, "Before Proposal Sent" in refused["detail"]) == (409, True)
    assert rep("PUT", f"{place}/winning", {})[0] == 403
    assert rep("PUT", f"{place}/criteria/pains", {"note": "In the notes"})[1]["state"] == "met"
    assert rep("PUT", f"{place}/criteria/contract_executed", {})[0] == 422
    gate = rep("GET", f"{place}/gate")[1]
    assert (gate["stage"], {line["key"]: line["state"] for line in gate["criteria"]}["pains"]) == ("O3", "met")
    assert [row["after"] for row in rep("GET", f"{place}/stages")[1]["data"]] == ["O1", "O2"]
    assert [one["stage"] for one in rep("GET", f"{place}/plan")[1]["stages"]][-1] == "O9"


@pytest.mark.req("PIPE-22", "COMPETE-01", "COMPETE-05")
def test_a_deal_is_lost_to_a_competitor_of_the_registry(caller, cast, deal):
    rep, place = caller(cast.owner), f"/opportunities/{deal['id']}"
    rival = rep("POST", "/competitors", {"name": "Asterion", "products": ["Triage"]})[1]
    assert rep("POST", "/competitors", {"name": "ASTERION"})[0] == 409
    assert rep("PUT", f"{place}/competitors/{rival['id']}", {"status": "incumbent"})[1]["status"] == "incumbent"
    assert rep("PUT", f"{place}/losing", {"reason": "competition"})[0] == 422
    lost = rep("PUT", f"{place}/losing", {"reason": "competition", "competitor": rival["id"]})[1]
    assert (lost["stage"], lost["lost_reason"]) == ("O10", "competition")
    assert rep("GET", f"{place}/competitors")[1]["data"][0]["won"] is True
    assert rep("PUT", f"{place}/stage", {"stage": "O1", "reason": "Again"})[0] == 403
