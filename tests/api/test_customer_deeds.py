"""Customers and their projects over the API: what people do on the pages, done by another system."""

from __future__ import annotations

from datetime import timedelta

import pytest

from rounds.actions.customers import customers, implementations
from rounds.actions.market import accounts, contacts
from rounds.actions.people import users
from rounds.kit.clock import now
from rounds.models.flow.days import house_today

pytestmark = pytest.mark.req("INTEG-18")


@pytest.fixture
def customer(cast):
    by, at = cast.owner.actor, now()
    account = accounts.add(name="Harbour Health", level="system", state="NY", owner=cast.owner, by=by, at=at)
    return customers.bring_in(account, since=at.date() - timedelta(days=60), months=12, arr_cents=100_000_00, owner=cast.owner, by=by, at=at)


@pytest.fixture
def rep(caller, cast):
    return caller(cast.owner)


@pytest.mark.req("IMPL-06", "IMPL-08")
def test_issues_outcomes_and_readings_are_kept_and_taken_back(rep, caller, cast, customer):
    at, day = f"/customers/{customer.id}", house_today().isoformat()
    issue = rep("POST", f"{at}/issues", {"title": "Slow", "severity": "major"})[1]
    assert rep("PUT", f"{at}/issues/{issue['id']}/resolution", {"resolution": "A cache"})[1]["resolved_at"] is not None
    assert rep("POST", f"{at}/issues", {"title": "Slow", "severity": "awful"})[0] == 422
    reading = rep("POST", f"{at}/readings", {"metric": "user_adoption", "as_of": day, "parts": {"active_users": 8, "licensed_users": 10}, "evidence": "Log"})[1]
    assert rep("GET", f"{at}/health")[1]["data"][0]["score"] is not None
    assert rep("DELETE", f"{at}/readings/{reading['id']}")[0] == 422, "say why"
    assert rep("DELETE", f"{at}/readings/{reading['id']}?why=Wrong%20site")[0] == 204
    assert rep("GET", f"{at}/readings")[1]["data"][0]["withdrawn_at"] is not None
    said = {"metric": "report_turnaround", "baseline": "40", "current": "25", "people": 120, "starts_on": day, "ends_on": day, "source": "EHR report"}
    outcome = rep("POST", f"{at}/outcomes", said)[1]
    assert rep("POST", f"{at}/outcomes", {**said, "baseline": "many"})[0] == 422
    assert rep("DELETE", f"{at}/outcomes/{outcome['id']}?why=Wrong")[0] == 204
    assert caller(cast.colleague)("GET", f"{at}/issues")[0] == 404


@pytest.mark.req("IMPL-09")
def test_they_are_asked_speak_for_us_grow_and_renew(rep, cast, customer):
    at, day = f"/customers/{customer.id}", house_today().isoformat()
    person = contacts.add(customer.account, name="Kit Alder", email="kit@harbour.example", by=cast.owner.actor, at=now())
    assert rep("POST", f"{at}/surveys", {"kind": "nps", "people": [str(person.id)]})[1]["kind"] == "nps"
    assert rep("POST", f"{at}/surveys", {"kind": "nps", "people": [str(customer.id)]})[0] == 422
    assert rep("POST", f"{at}/reference/uses", {"kind": "Reference call", "on": day, "told_to": "Lakeside"})[0] in (409, 422), "nobody agreed yet"
    assert rep("PUT", f"{at}/reference", {"willing": True, "types": ["Reference call"], "most": 2})[1]["most"] == 2
    idea = rep("POST", f"{at}/expansions", {"kind": "upsell", "title": "A second site"})[1]
    other = rep("POST", f"{at}/expansions", {"kind": "upsell", "title": "More seats"})[1]
    deal = rep("POST", f"{at}/expansions/{idea['id']}/deal", {"name": "Second site"})
    assert (deal[0], deal[1]["kind"], deal[1]["name"]) == (201, "expansion", "Second site")
    assert rep("PUT", f"{at}/expansions/{other['id']}/dropping", {"why": "Not now"})[1]["dropped_why"] == "Not now"
    (term,) = rep("GET", f"{at}/terms")[1]["data"]
    renewed = rep("POST", f"{at}/terms/{term['id']}/renewal", {"months": 12, "arr_cents": 120_000_00})[1]
    assert (renewed["follows"], renewed["arr_cents"]) == (term["id"], 120_000_00)
    theirs = users.add("kit@harbour.example", "Kit Alder", role="ae", by=cast.admin.actor, at=now())
    type(theirs).objects.filter(pk=theirs.pk).update(portal_account=customer.account)
    assert rep("PUT", f"{at}/owner", {"owner": theirs.email})[0] == 422, "nobody of the customer looks after them"
    assert rep("PUT", f"{at}/owner", {"owner": cast.manager.email})[1]["owner"]["name"] == cast.manager.name


@pytest.mark.req("IMPL-01", "IMPL-04")
def test_a_project_is_kicked_off_planned_anew_and_completed_or_not(rep, cast, customer):
    day = house_today()
    project = implementations.begin(customer, "Stroke triage", signed_on=day - timedelta(days=30), by=cast.owner.actor, at=now())
    at = f"/implementations/{project.id}"
    assert [one["id"] for one in rep("GET", f"/customers/{customer.id}/implementations")[1]["data"]] == [str(project.id)]
    assert rep("PUT", f"{at}/kickoff", {"on": (day + timedelta(days=9)).isoformat()})[0] == 422, "it lies ahead"
    assert rep("PUT", f"{at}/kickoff", {"on": day.isoformat()})[1]["kickoff_held_at"] is not None
    assert rep("PUT", f"{at}/plan", {"weeks": 30})[0] == 422, "say why"
    assert rep("PUT", f"{at}/plan", {"weeks": 20, "reason": "A freeze"})[1]["weeks"] == 20
    steps = rep("GET", f"{at}/steps")[1]
    assert rep("POST", f"{at}/steps", {"phase": steps[0]["phase"], "title": "A talk", "starts_on": day.isoformat(), "ends_on": day.isoformat()})[0] == 201
    free = next(one for one in steps if not one["milestone"] and not one["done_on"] and not one["needs"])
    assert rep("PUT", f"{at}/steps/{free['code']}/completion", {"on": day.isoformat()})[1]["done_on"] == day.isoformat()
    assert rep("DELETE", f"{at}/steps/{free['code']}/completion")[1]["done_on"] is None
    assert rep("PUT", f"{at}/completion")[0] in (409, 422), "much is left"
    assert rep("PUT", f"{at}/stopping", {"reason": "No budget"})[1]["stopped_at"] is not None
    assert rep("PUT", f"{at}/kickoff", {"on": day.isoformat()})[0] == 409
