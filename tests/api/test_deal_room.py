"""The room of a deal over the API: its committee, discovery, path, approvals, notes, timeline; what is unseen is a 404, what
one may not write a 403, a wrong value a sentence."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from rounds.actions.leads import activities
from rounds.actions.market import accounts, contacts
from rounds.kit.clock import now

pytestmark = pytest.mark.req("INTEG-18")


@pytest.fixture
def account(cast):
    return accounts.add(name="Harbour Health", level="system", state="NY", owner=cast.owner, by=cast.owner.actor, at=now())


@pytest.fixture
def people(cast, account):
    """A CIO, a CFO and a nurse of the customer."""
    return [contacts.add(account, name=name, title=title, by=cast.owner.actor, at=now()) for name, title in (("Bo Fox", "CIO"), ("Ann Hale", "CFO"), ("Cy Dunn", "CNO"))]


@pytest.fixture
def place(caller, cast, account):
    """The address of a deal of the owner's."""
    status, made = caller(cast.owner)("POST", "/opportunities", {"account": str(account.id), "name": "Imaging"})
    assert status == 201
    return f"/opportunities/{made['id']}"


@pytest.mark.req("ACCT-13", "ACCT-14")
def test_a_committee_is_seated_drawn_covered_and_left(caller, cast, place, people):
    rep, (fox, hale, dunn) = caller(cast.owner), people
    status, seat = rep("PUT", f"{place}/committee/{fox.id}", {"roles": ["CIO"], "influence": 4, "stance": "champion", "motivation": "Fewer pagers"})
    assert (status, seat["roles"], seat["influence"], seat["motivation"]) == (200, ["CIO"], 4, "Fewer pagers")
    assert rep("PUT", f"{place}/committee/{fox.id}", {"stance": "neutral"})[1]["influence"] == 4, "what is not said stays"
    assert rep("PUT", f"{place}/committee/{hale.id}", {"roles": ["CFO"], "reports_to": str(fox.id)})[1]["reports_to"] == str(fox.id)
    assert rep("PUT", f"{place}/committee/{fox.id}", {"reports_to": str(hale.id)})[0] == 409, "nobody is their own chief"
    assert rep("PUT", f"{place}/committee/{fox.id}/lines/{hale.id}")[0] == 204
    assert rep("PUT", f"{place}/committee/{fox.id}/lines/{dunn.id}")[0] == 404, "who is not on it"
    shown = rep("GET", f"{place}/committee")[1]
    assert [one["contact"]["name"] for one in shown["seats"]] == ["Bo Fox", "Ann Hale"]
    assert shown["lines"] == [{"who": str(fox.id), "whom": str(hale.id)}]
    assert 0 < shown["covered"] < len(shown["coverage"])
    assert rep("DELETE", f"{place}/committee/{hale.id}?reason=Retired")[0] == 204
    assert [one["contact"]["name"] for one in rep("GET", f"{place}/committee")[1]["seats"]] == ["Bo Fox"]
    status, why = rep("PUT", f"{place}/committee/{fox.id}", {"stance": "keen"})
    assert (status, why["field"], "champion" in why["detail"]) == (422, "stance", True)
    assert rep("PUT", f"{place}/committee/{fox.id}", {"owner": "me"})[0] == 422, "nothing is set by stealth"
    assert caller(cast.colleague)("GET", f"{place}/committee")[0] == 404
    assert caller(cast.marketing)("PUT", f"{place}/committee/{fox.id}", {"influence": 1})[0] == 403


@pytest.mark.req("PIPE-23", "PIPE-24")
def test_a_discovery_call_is_planned_noted_by_section_and_held(caller, cast, place, people):
    rep, calls = caller(cast.owner), f"{place}/discovery/calls"
    status, call = rep("POST", calls, {"starts_at": "2099-01-05T15:00:00Z", "people": [str(people[0].id)]})
    sections = [one["section"] for one in call["agenda"]]
    assert (status, len(sections), sum(one["minutes"] for one in call["agenda"])) == (201, 6, 60)
    one = f"{calls}/{call['id']}"
    status, why = rep("PATCH", one, {"minutes": {sections[0]: 59}})
    assert (status, "too many" in why["detail"]) == (422, True)
    assert rep("PATCH", one, {"notes": {"weather": "Fine"}})[0] == 422
    assert rep("PUT", f"{one}/holding")[0] == 422, "a call without notes was not held"
    noted = rep("PATCH", one, {"notes": dict.fromkeys(sections, "Late alerts")})[1]
    assert set(noted["notes"]) == set(sections)
    assert rep("PUT", f"{one}/holding")[1]["held_at"] is not None
    status, record = rep("POST", f"{place}/discovery/records", {"kind": "pain_point", "text": "Alerts come late", "contact": str(people[0].id), "call": call["id"]})
    assert (status, record["contact"]) == (201, str(people[0].id))
    assert rep("POST", f"{place}/discovery/records", {"kind": "rumour", "text": "x"})[0] == 422
    assert rep("DELETE", f"{place}/discovery/records/{record['id']}")[0] == 204
    assert rep("GET", f"{place}/discovery/records")[1]["data"] == []
    other = rep("POST", calls, {"starts_at": "2099-01-06T15:00:00Z"})[1]
    assert rep("PUT", f"{calls}/{other['id']}/dropping", {"why": "No room"})[1]["dropped_why"] == "No room"
    assert rep("PATCH", f"{calls}/{other['id']}", {"notes": {sections[0]: "x"}})[0] == 409
    assert len(rep("GET", calls)[1]["data"]) == 2


@pytest.mark.req("PLUS-28")
def test_the_path_to_signature_is_planned_and_changed(caller, cast, place):
    rep = caller(cast.owner)
    before = rep("GET", f"{place}/path")[1]
    assert any(step["longest"] for step in before["steps"])
    step = before["steps"][-1]["step"]
    longer = rep("PATCH", f"{place}/path/steps/{step}", {"days": 300})
    assert (longer[0], longer[1]["days"]) == (200, 300)
    assert rep("GET", f"{place}/path")[1]["signature"] > before["signature"]
    assert rep("DELETE", f"{place}/path/steps/{step}")[0] == 204
    assert rep("GET", f"{place}/path")[1]["signature"] == before["signature"]
    status, own = rep("POST", f"{place}/path/steps", {"title": "Union hearing", "days": 9})
    assert (status, own["own"]) == (201, True)
    assert "Union hearing" in [one["title"] for one in rep("GET", f"{place}/path")[1]["steps"]]
    assert rep("PATCH", f"{place}/path/steps/no_such", {"days": 3})[0] == 422
    assert rep("PATCH", f"{place}/path/steps/{own['step']}", {"done_on": "2199-01-01"})[0] == 422


@pytest.mark.req("ACCT-15", "LEGAL-06")
def test_how_the_customer_approves_and_pays(caller, cast, place):
    rep = caller(cast.owner)
    usual = rep("PUT", f"{place}/approvals/offered")[1]["data"]
    assert len(usual) > 2
    assert len(rep("PUT", f"{place}/approvals/offered")[1]["data"]) == len(usual), "offered once"
    status, own = rep("POST", f"{place}/approvals", {"title": "Union", "whose": "Works council", "due_on": "2099-02-01"})
    assert (status, own["state"]) == (201, "waiting")
    done = rep("PATCH", f"{place}/approvals/{own['id']}", {"state": "approved", "decided_on": "2026-01-05"})[1]
    assert (done["decided_on"], done["decided_by"] != "") == ("2026-01-05", True)
    assert rep("PATCH", f"{place}/approvals/{own['id']}", {"state": "sure"})[0] == 422
    assert rep("DELETE", f"{place}/approvals/{own['id']}")[0] == 204
    assert len(rep("GET", f"{place}/approvals")[1]["data"]) == len(usual)
    said = rep("PUT", f"{place}/buying", {"annual_budget": "yes", "fye_month": 6})[1]
    assert (said["annual_budget"], said["committee_required"], said["fye_month"]) == ("yes", "", 6)
    assert said["window_opens"] < said["window_closes"]
    assert rep("PUT", f"{place}/buying", {"annual_budget": "maybe"})[0] == 422


@pytest.mark.req("PIPE-25", "PLUS-24")
def test_notes_talks_and_the_timeline_page_by_page(caller, cast, place, people):
    rep = caller(cast.owner)
    made = [rep("POST", f"{place}/notes", {"text": f"Word {n}"})[1] for n in range(3)]
    assert rep("POST", f"{place}/notes", {"text": " "})[0] == 422
    assert rep("DELETE", f"{place}/notes/{made[0]['id']}")[0] == 204
    assert [row["text"] for row in rep("GET", f"{place}/notes")[1]["data"]] == ["Word 2", "Word 1"]
    assert rep("PUT", f"{place}/committee/{people[0].id}", {"roles": ["CIO"]})[0] == 200
    talk = rep("POST", f"{place}/activities", {"kind": "call", "contact": str(people[0].id), "direction": "out", "subject": "Budget"})
    assert talk[0] == 201
    whole, at = [], f"{place}/timeline?size=2"
    while at:
        page = rep("GET", at)[1]
        assert len(page["data"]) <= 2
        whole, at = whole + page["data"], page["next"]
    assert len({one["id"] for one in whole}) == len(whole), "nothing twice"
    assert sorted(whole, key=lambda one: (one["at"], one["id"]), reverse=True) == whole
    assert [one["note"] for one in whole if one["kind"] == "note.added"] == ["Word 2", "Word 1", None], "what was taken back has no words"
    assert [one["talk"]["subject"] for one in rep("GET", f"{place}/timeline?only=talks")[1]["data"]] == ["Budget"]
    assert rep("GET", f"{place}/timeline?only=gossip")[0] == 422
    undone = {one["check"] for one in rep("GET", f"{place}/hygiene")[1]["data"]}
    assert "no_close" in undone
    assert rep("PATCH", place, {"close_on": "2099-03-31"})[0] == 200
    assert {one["check"] for one in rep("GET", f"{place}/hygiene")[1]["data"]} == undone - {"no_close"}


@pytest.mark.req("ACCT-21", "PIPE-28")
def test_challenges_and_the_sheet_of_a_deal_without_a_lead(caller, cast, place):
    rep = caller(cast.owner)
    assert rep("PUT", f"{place}/challenges/regulatory")[0] == 204
    on = {one["tag"]: one["on"] for one in rep("GET", f"{place}/challenges")[1]["data"]}
    assert (on["regulatory"], on["budget"]) == (True, False)
    assert rep("PUT", f"{place}/challenges/weather")[0] == 422
    assert rep("DELETE", f"{place}/challenges/regulatory")[0] == 204
    assert not any(one["on"] for one in rep("GET", f"{place}/challenges")[1]["data"])
    status, sheet = rep("POST", f"{place}/qualification/answers", {"item": "pain_point", "answer": "yes", "note": "In the call"})
    assert (status, sheet["lead"], sheet["items"]["pain_point"]["note"]) == (201, None, "In the call")
    assert rep("GET", f"{place}/qualification")[1] == sheet
    assert rep("POST", f"{place}/qualification/answers", {"item": "pain_point", "answer": "perhaps"})[0] == 422


def test_a_note_sent_twice_with_a_key_is_one_note(caller, cast, place):
    rep, key = caller(cast.owner), {"Idempotency-Key": "a-key"}
    first = rep("POST", f"{place}/notes", {"text": "Once"}, **key)
    again = rep("POST", f"{place}/notes", {"text": "Once"}, **key)
    assert (first[1], rep.last["Idempotency-Replayed"]) == (again[1], "true")
    assert len(rep("GET", f"{place}/notes")[1]["data"]) == 1


@pytest.mark.req("COMPL-11")
def test_what_a_role_is_not_shown_is_null_and_not_written(caller, cast, place, people):
    seat = f"{place}/committee/{people[0].id}"
    assert caller(cast.owner)("PUT", seat, {"stance": "blocker", "motivation": "Job", "influence": 5})[0] == 200
    (shown,) = caller(cast.marketing)("GET", f"{place}/committee")[1]["seats"]
    assert (shown["stance"], shown["motivation"], shown["influence"]) == (None, None, None)
    said = caller(cast.marketing)("GET", f"{place}/timeline")[1]["data"]
    assert "blocker" not in str(said), "what was done to the seat does not tell it either"
    mine = accounts.add(name="Lakeside", level="system", state="NY", owner=cast.inside, by=cast.inside.actor, at=now())
    person = contacts.add(mine, name="Di Vale", by=cast.inside.actor, at=now())
    inside = caller(cast.inside)
    deal = inside("POST", "/opportunities", {"account": str(mine.id), "name": "Triage"})[1]["id"]
    assert inside("PUT", f"/opportunities/{deal}/committee/{person.id}", {"roles": ["CIO"]})[0] == 200
    assert inside("PUT", f"/opportunities/{deal}/committee/{person.id}", {"stance": "champion"})[0] == 403


@pytest.mark.parametrize("part", ["committee", "discovery/calls", "discovery/records", "path", "approvals", "buying", "timeline", "notes", "hygiene", "challenges"])
def test_reading_costs_the_same_however_much_there_is(caller, cast, place, people, account, part):
    rep, counts = caller(cast.owner), []
    for n in (1, 3):
        for person in people[:n]:
            rep("PUT", f"{place}/committee/{person.id}", {"influence": 2})
        for _ in range(n):
            rep("POST", f"{place}/notes", {"text": "Word"})
            rep("POST", f"{place}/approvals", {"title": "Board"})
            rep("POST", f"{place}/discovery/calls", {"starts_at": "2099-01-05T15:00:00Z"})
            rep("POST", f"{place}/discovery/records", {"kind": "pain_point", "text": "Late"})
            activities.log("call", account=account, contact=people[0], by=cast.owner.actor, at=now())
        rep("GET", f"{place}/{part}")
        with CaptureQueriesContext(connection) as asked:
            assert rep("GET", f"{place}/{part}")[0] == 200
        counts.append(len(asked))
    assert counts[0] == counts[1]
