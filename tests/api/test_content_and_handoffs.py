"""Content and hand-offs over the API: who adds does not approve, what fits a deal goes, a department takes what is its."""

from __future__ import annotations

import pytest

from rounds.access.scope import scope_of
from rounds.access.sight import sight
from rounds.actions.market import accounts
from rounds.actions.people import users
from rounds.kit.clock import now
from rounds.models import Notification

pytestmark = pytest.mark.req("INTEG-18")


@pytest.fixture
def place(caller, cast):
    account = accounts.add(name="Harbour Health", level="system", state="NY", owner=cast.owner, by=cast.owner.actor, at=now())
    return f"/opportunities/{caller(cast.owner)('POST', '/opportunities', {'account': str(account.id), 'name': 'Imaging'})[1]['id']}"


def _asset(keeps, name="One-pager"):
    return keeps("POST", "/assets", {"name": name, "kind": "one_pager", "link": "https://files.example/a.pdf"})


@pytest.mark.req("AUTO-14")
def test_content_is_added_approved_by_another_person_and_goes_to_a_deal(caller, cast, place):
    keeps, rep = caller(cast.marketing), caller(cast.owner)
    status, asset = _asset(keeps)
    assert (status, asset["versions"][0]["approved_at"]) == (201, None)
    assert _asset(keeps)[0] == 422, "of that name there is one"
    assert _asset(rep)[0] == 403, "the token was not made for it, nor the role"
    first = f"/assets/{asset['id']}/versions/1/approval"
    assert rep("POST", f"{place}/content", {})[0] == 422, "nothing is approved"
    status, why = caller(cast.marketing)("PUT", first, {})
    assert (status, "Somebody else" in why["detail"]) == (422, True), "another token of the same person is the same person"
    assert caller(cast.admin)("PUT", first, {})[1]["versions"][0]["approved_by"] == cast.admin.name
    status, went = rep("POST", f"{place}/content", {})
    assert (status, went["asset"]["name"], went["sent_at"]) == (201, "One-pager", None)
    one = f"{place}/content/{went['id']}"
    assert rep("PUT", f"{one}/sending")[1]["sent_at"] is not None
    assert rep("PUT", f"{one}/engagement", {"how": "guessed"})[0] == 422
    assert rep("PUT", f"{one}/engagement", {"how": "answered"})[1]["engaged"] == "answered"
    assert [row["id"] for row in rep("GET", f"{place}/content")[1]["data"]] == [went["id"]]
    assert [row["name"] for row in rep("GET", "/assets")[1]["data"]] == ["One-pager"]
    assert keeps("POST", f"/assets/{asset['id']}/versions", {"link": "ftp://x"})[0] == 422
    assert [v["number"] for v in keeps("POST", f"/assets/{asset['id']}/versions", {"link": "https://files.example/b.pdf"})[1]["versions"]] == [2, 1]
    assert keeps("PUT", f"/assets/{asset['id']}/retiring")[1]["retired"] is True
    assert keeps("GET", "/assets")[1]["data"] == []
    assert caller(cast.colleague)("GET", f"{place}/content")[0] == 404


@pytest.mark.req("COMM-12")
def test_a_video_is_cleared_shared_and_its_link_ended(caller, cast, place):
    keeps, rep = caller(cast.marketing), caller(cast.owner)
    said = {"name": "Hello", "kind": "video", "link": "https://videos.example/watch"}
    assert keeps("POST", "/assets", said)[0] == 422, "it says not what it is for"
    status, asset = keeps("POST", "/assets", said | {"purpose": "training"})
    assert (status, asset["purpose"], asset["views"]) == (201, "training", 0)
    assert keeps("PUT", f"/assets/{asset['id']}/versions/1/clearing", {"seen": "Us", "no_patient_data": True})[0] == 422, "no recording"
    assert keeps("POST", "/assets", said | {"name": "A demo", "purpose": "demo_recording", "platform": "teams"})[0] == 422, "no BAA"
    caller(cast.admin)("PUT", f"/assets/{asset['id']}/versions/1/approval", {})
    one = f"{place}/content/{rep('POST', f'{place}/content', {})[1]['id']}"
    status, link = rep("POST", f"{one}/links")
    assert (status, "/v/" in link["url"]) == (201, True)
    row = rep("GET", f"{place}/content")[1]["data"][0]
    assert (row["views"], row["machines"], row["link_ends_at"] is not None, row["sent_at"] is not None) == (0, 0, True, True)
    assert rep("DELETE", f"{one}/links")[1]["link_ends_at"] is None
    assert caller(cast.colleague)("POST", f"{one}/links")[0] == 404


def test_what_is_sent_twice_with_a_key_is_there_once(caller, cast, place):
    keeps, rep, key = caller(cast.marketing), caller(cast.owner), {"Idempotency-Key": "a-key"}
    said = {"name": "Study", "kind": "one_pager", "link": "https://files.example/a.pdf"}
    assert keeps("POST", "/assets", said, **key) == keeps("POST", "/assets", said, **key)
    given = {"kind": "onboarding", "title": "Harbour", "opportunity": place.rpartition("/")[2]}
    assert rep("POST", "/hand-offs", given, **key) == rep("POST", "/hand-offs", given, **key)
    assert len(rep("GET", "/hand-offs")[1]["data"]) == 1


@pytest.mark.req("AUTO-17")
def test_a_hand_off_is_given_taken_sent_back_and_its_giver_told(caller, cast, place):
    rep = caller(cast.owner)
    # Customer success makes no tokens; an admin takes for any department.
    takes = caller(users.add("kim@vendor.example", "Kim Vale", role="admin", by=cast.admin.actor, at=now()))
    status, given = rep("POST", "/hand-offs", {"kind": "onboarding", "title": "Harbour is won", "opportunity": place.rpartition("/")[2]})
    assert (status, given["accepted_at"]) == (201, None)
    one = f"/hand-offs/{given['id']}"
    assert rep("POST", "/hand-offs", {"kind": "gift", "title": "x"})[0] == 422
    assert rep("PUT", f"{one}/acceptance")[0] == 403, "somebody of the other department takes it"
    assert takes("PUT", f"{one}/completion", {"outcome": "Done"})[0] == 422, "accept it first"
    assert takes("PUT", f"{one}/acceptance")[1]["owner"]["name"] == "Kim Vale"
    assert takes("PUT", f"{one}/completion", {"outcome": "Kickoff is planned"})[1]["outcome"] == "Kickoff is planned"
    assert takes("PUT", f"{one}/return", {"why": "No contract"})[0] == 409
    other = rep("POST", "/hand-offs", {"kind": "onboarding", "title": "Again", "opportunity": place.rpartition("/")[2]})[1]
    assert takes("PUT", f"/hand-offs/{other['id']}/return", {"why": "No contract yet"})[1]["returned_why"] == "No contract yet"
    with sight(scope_of(cast.owner)):
        assert Notification.objects.filter(user=cast.owner, title="Sent back: Again").exists(), "over the API too its giver is told"
    assert len(rep("GET", f"{place}/hand-offs")[1]["data"]) == 2
    assert caller(cast.colleague)("GET", one)[0] == 404


@pytest.mark.req("AUTO-17", "UI-02")
def test_hand_offs_are_listed_by_state_page_by_page(caller, cast, place):
    rep = caller(cast.owner)
    keys = [rep("POST", "/hand-offs", {"kind": "onboarding", "title": f"No {n}", "opportunity": place.rpartition("/")[2]})[1]["id"] for n in range(3)]
    assert rep("PUT", f"/hand-offs/{keys[0]}/return", {"why": "Not won"})[0] == 200
    first = rep("GET", "/hand-offs?f=state.is.waiting&size=1")[1]
    second = rep("GET", first["next"])[1]
    assert {first["data"][0]["id"], second["data"][0]["id"]} == set(keys[1:])
    assert second["next"] is None
    assert rep("GET", "/hand-offs?f=state.not.waiting")[1]["data"][0]["id"] == keys[0]
    assert rep("GET", "/hand-offs?sort=title")[0] == 422
