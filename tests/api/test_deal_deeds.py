"""What stands below a deal, done over the API as on its pages: lines of quotes, demos, proofs of concept, contracts."""

from __future__ import annotations

import pytest

from rounds.kit.clock import now
from tests.actions.deals.price_room import a_deal

pytestmark = pytest.mark.req("INTEG-18")
LINE = {"product": "imaging_triage", "units": 2, "unit_cents": 30_000_000}


@pytest.fixture
def deal(cast):
    return a_deal(cast, tier=1)


@pytest.fixture
def rep(caller, cast):
    return caller(cast.owner)


@pytest.mark.req("PRICE-05", "PRICE-09")
def test_lines_of_a_quote_are_changed_and_taken_off_and_a_stale_edit_is_a_conflict(rep, caller, cast, deal):
    quote = rep("POST", f"/opportunities/{deal.id}/quotes", {"lines": [LINE]})[1]
    at = f"/quotes/{quote['id']}"
    first = quote["lines"][0]["id"]
    changed = rep("PATCH", f"{at}/lines/{first}", {"units": 3, "discount_bp": 500, "edits": 0})[1]
    assert (changed["lines"][0]["units"], changed["lines"][0]["paid_cents"]) == (3, 3 * 28_500_000)
    assert rep("PATCH", f"{at}/lines/{first}", {"units": 4, "edits": 0})[0] == 409
    assert rep("PATCH", f"{at}/lines/{first}", {"cost_cents": 1})[0] == 422
    assert rep("DELETE", f"{at}/lines/{first}")[0] == 422, "the last line stays"
    two = rep("POST", f"{at}/lines", {"product": "platform"})[1]["lines"]
    left = rep("DELETE", f"{at}/lines/{two[1]['id']}")[1]["lines"]
    assert [one["id"] for one in left] == [first]
    assert caller(cast.colleague)("PATCH", f"{at}/lines/{first}", {"units": 9})[0] == 404
    heads = rep("GET", "/quotes?f=state.is.draft&size=1")[1]
    assert ([row["id"] for row in heads["data"]], heads["next"]) == ([quote["id"]], None)
    assert "cost" not in str(heads)
    assert caller(cast.colleague)("GET", "/quotes")[1]["data"] == []
    version = rep("POST", f"{at}/versions", {})[1]
    assert (version["version"], version["state"]) == (quote["version"] + 1, "draft")
    assert rep("PUT", f"/quotes/{version['id']}/voiding", {"reason": "Not now"})[1]["state"] == "void"
    assert rep("POST", f"/opportunities/{deal.id}/concessions", {"side": "received", "kind": "reference"})[0] == 201
    (said,) = rep("GET", f"/opportunities/{deal.id}/concessions")[1]["data"]
    assert rep("DELETE", f"/concessions/{said['id']}")[0] == 204
    assert rep("GET", f"/opportunities/{deal.id}/concessions")[1]["data"][0]["withdrawn_at"] is not None


@pytest.mark.req("PRICE-07")
def test_a_proposal_is_changed_withdrawn_and_written_anew(rep, deal):
    quote = rep("POST", f"/opportunities/{deal.id}/quotes", {"lines": [LINE]})[1]
    made = rep("POST", f"/quotes/{quote['id']}/proposals", {})[1]
    at = f"/proposals/{made['id']}"
    item = next(one["item"] for section in made["sections"] for one in section["items"])
    changed = rep("PATCH", at, {"title": "Triage for Harbour", "items": {item: "In our words"}, "edits": 0})[1]
    assert changed["title"] == "Triage for Harbour"
    assert "In our words" in str(changed["sections"])
    assert rep("PATCH", at, {"title": "Again", "edits": 0})[0] == 409
    assert rep("PATCH", at, {"items": {"weather": "Fine"}})[0] == 422
    assert rep("PUT", f"{at}/timeline", {"agreed": True})[1]["timeline_agreed"] is True
    assert rep("PUT", f"{at}/withdrawal", {"reason": "Wrong site"})[1]["state"] == "withdrawn"
    again = rep("POST", f"{at}/versions", {})[1]
    assert (again["state"], "In our words" in str(again["sections"])) == ("draft", True)
    assert len(rep("GET", f"/opportunities/{deal.id}/proposals")[1]["data"]) == 2
    assert [row["id"] for row in rep("GET", "/proposals?f=state.is.withdrawn")[1]["data"]] == [made["id"]]
    assert rep("GET", "/proposals?f=state.gte.draft")[0] == 422


@pytest.mark.req("DEMO-01", "DEMO-06")
def test_a_demo_is_invited_moved_asked_of_and_called_off(rep, deal, cast):
    from rounds.actions.market import contacts

    person, other = (contacts.add(deal.account, name=name, by=cast.owner.actor, at=now()) for name in ("Bo Fox", "Ann Hale"))
    demo = rep("POST", f"/opportunities/{deal.id}/demos", {"kind": "executive", "starts_at": "2099-01-05T15:00:00Z", "attendees": [str(person.id)]})[1]
    at = f"/demos/{demo['id']}"
    assert rep("PUT", f"{at}/attendees/{other.id}")[1]["contact"]["name"] == "Ann Hale"
    assert rep("DELETE", f"{at}/attendees/{other.id}")[0] == 204
    assert [one["contact"]["id"] for one in rep("GET", f"{at}/attendees")[1]["data"]] == [str(person.id)]
    assert rep("PUT", f"{at}/moving", {"starts_at": "2099-01-06T15:00:00Z", "why": "Surgery"})[1]["moved"] == 1
    assert rep("PUT", f"{at}/no-show", {})[0] in (409, 422), "it has not begun"
    question = rep("POST", f"{at}/questions", {"question": "Which PACS?", "due_on": "2099-02-01", "asked_by": str(person.id)})[1]
    assert rep("PUT", f"{at}/questions/{question['id']}/answer", {"answer": "Both"})[1]["answer"] == "Both"
    assert rep("PUT", f"{at}/ticks/no_such")[0] == 422
    assert rep("PUT", f"{at}/cancelling", {"why": "No room"})[1]["state"] == "cancelled"
    assert rep("PUT", f"{at}/attendees/{other.id}")[0] == 409


@pytest.mark.req("POC-01", "POC-03")
def test_a_proof_of_concept_goes_from_its_draft_to_its_end(rep, caller, cast, deal):
    from rounds.actions.market import contacts

    signer = contacts.add(deal.account, name="Bo Fox", title="CIO", by=cast.owner.actor, at=now())
    poc = rep("POST", f"/opportunities/{deal.id}/pocs", {"weeks": 8})[1]
    at = f"/pocs/{poc['id']}"
    assert rep("PUT", f"{at}/agreement", {"signer": str(signer.id)})[0] == 422, "what is missing comes first"
    said = {"use_case": "Fewer late alerts", "resources": "One nurse", "conversion_terms": "A year at list", "executive": str(signer.id), "data_owner": str(signer.id)}
    assert rep("PATCH", at, said)[1]["use_case"] == "Fewer late alerts"
    criterion = {"name": "Uptake", "category": "adoption", "target": 0.7, "baseline": 0.2, "weight": 3, "mandatory": True, "planned_n": 80}
    assert rep("POST", f"{at}/criteria", criterion)[1]["code"] == "uptake"
    assert rep("PATCH", f"{at}/criteria/uptake", {"target": 0.8})[1]["target"] == 0.8
    assert rep("PATCH", f"{at}/criteria/uptake", {"target": 0.1})[0] == 422, "no better than what it is now"
    spare = rep("POST", f"{at}/criteria", {**criterion, "name": "Spare"})[1]["code"]
    assert rep("DELETE", f"{at}/criteria/{spare}")[0] == 204
    assert [one["code"] for one in rep("GET", f"{at}/criteria")[1]["data"]] == ["uptake"]
    status, why = rep("PUT", f"{at}/agreement", {"signer": str(signer.id)})
    assert status == 200, why
    assert rep("PATCH", at, {"use_case": "Another"})[0] == 409
    assert rep("PUT", f"{at}/kickoff", {})[1]["state"] == "running"
    assert rep("GET", f"{at}/milestones")[1]["data"]
    assert rep("POST", f"{at}/reviews", {"note": "Well"})[0] == 201
    issue = rep("POST", f"{at}/issues", {"title": "No feed", "severity": "major"})[1]
    assert rep("PUT", f"{at}/issues/{issue['id']}/settling", {"solution": "A cable"})[1]["solution"] == "A cable"
    asked = rep("POST", f"{at}/extensions", {"weeks": 2, "why": "Holidays"})[1]
    assert rep("PUT", f"{at}/extensions/{asked['id']}/answer", {"granted": True})[0] == 403, "the manager grants it"
    assert caller(cast.manager)("PUT", f"{at}/extensions/{asked['id']}/answer", {"granted": True})[1]["answer"] == "granted"
    assert rep("POST", f"{at}/determinations", {"involved": False, "data_set": "Phantoms", "why": "x"})[0] == 403, "compliance says so"
    assert rep("POST", f"{at}/worth", {"savings": 100_00})[0] == 422, "say where it comes from"
    assert rep("POST", f"{at}/worth", {"savings": 900_000_00, "cost": 100_000_00, "sources": {"savings": "Finance", "cost": "The quote"}})[1]["net_cents"] > 0
    assert rep("PUT", f"{at}/abandoning", {"why": "No data"})[1]["state"] == "abandoned"


@pytest.mark.req("LEGAL-01", "LEGAL-04")
def test_a_contract_is_worked_on_until_it_is_let_go(rep, cast, deal):
    made = rep("POST", "/contracts", {"kind": "subscription", "opportunity": str(deal.id)})[1]
    at = f"/contracts/{made['id']}"
    assert rep("PATCH", at, {"expires_on": "2099-12-31", "effective_on": "2099-01-01"})[1]["expires_on"] == "2099-12-31"
    assert rep("PATCH", at, {"expires_on": "2098-01-01"})[0] == 422
    assert rep("PUT", f"{at}/review")[1]["state"] == "in_review"
    step = rep("GET", f"{at}/steps")[1]["data"][0]
    given = rep("PUT", f"{at}/steps/{step['step']}", {"owner": cast.owner.email, "theirs": "Their counsel", "due_on": "2099-02-01"})[1]
    assert (given["theirs"], given["due_on"]) == ("Their counsel", "2099-02-01")
    assert rep("PUT", f"{at}/steps/{step['step']}/items/no_such")[0] == 422
    issue = rep("POST", f"{at}/issues", {"clause": "8.2", "ours": "12 months"})[1]
    assert rep("PUT", f"{at}/issues/{issue['id']}/settling", {"outcome": "proposed"})[1]["state"] == "proposed"
    version = rep("POST", f"{at}/versions", {"text": "The paper", "label": "Draft"})[1]
    assert (version["number"], "text" in version) == (1, False)
    assert rep("PUT", f"{at}/ending", {"why": "Another paper"})[1]["ended_why"] == "Another paper"
    assert rep("POST", f"{at}/versions", {"text": "Once more"})[0] in (409, 422)


@pytest.mark.req("PIPE-25", "COMPETE-01")
def test_a_deal_is_given_back_and_a_competitor_retired(rep, caller, cast, deal):
    assert rep("DELETE", f"/opportunities/{deal.id}/owner")[0] == 403, "a rep keeps what is theirs"
    assert caller(cast.manager)("DELETE", f"/opportunities/{deal.id}/owner")[1]["owner"] is None
    rival = rep("POST", "/competitors", {"name": "Asterion"})[1]
    assert rep("PUT", f"/competitors/{rival['id']}/retiring")[1]["retired_at"] is not None
