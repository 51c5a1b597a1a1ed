"""The pages of duplicates: the list, both side by side, merging by choice, the way back, and what is not shown."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from rounds.actions.market import accounts, contacts, duplicates
from rounds.kit.actor import SYSTEM_ACTOR
from rounds.kit.clock import now
from rounds.models import Account, DuplicatePair, Merge

pytestmark = pytest.mark.req("LEAD-31", "UI-01")


@pytest.fixture
def house(cast):
    def make(name, owner=None, **said):
        given = {"name": name, "state": "OH", "city": "Akron", "zip": "44301", **said}
        return accounts.add(by=cast.admin.actor, at=now(), owner=owner or cast.owner, **given)

    return make


def look(noun="account"):
    duplicates.look_through(noun, by=SYSTEM_ACTOR, at=now())


def test_a_pair_is_compared_merged_by_choice_and_made_two_again(house, cast, door, see_all):
    house("Mercy Hospital", beds=300, phone="330 555 0100")
    house("Mercy Hosp", beds=310, website="https://mercy.example")
    look()
    pair = DuplicatePair.objects.get()
    ada = door(cast.admin)
    page = ada.get("/duplicates/").content.decode()
    assert "1 pair of accounts may be one" in page
    page = ada.get(f"/duplicates/{pair.id}/").content.decode()
    assert {"Mercy Hospital", "Mercy Hosp", "310", "mercy.example"} <= {word for word in ("Mercy Hospital", "Mercy Hosp", "310", "mercy.example") if word in page}
    done = ada.post(f"/duplicates/{pair.id}/merging/", {"keep": "one", "take.beds": str(pair.other_account_id)})
    assert (done.status_code, done["Location"]) == (302, f"/accounts/{pair.account_id}/")
    see_all()
    kept = Account.objects.get(pk=pair.account_id)
    assert (kept.beds, kept.phone, kept.website) == (310, "330 555 0100", "https://mercy.example")
    assert ada.get(f"/accounts/{pair.other_account_id}/").headers["Location"] == f"/accounts/{pair.account_id}/"
    assert "Mercy Hosp<" in ada.get("/merges/").content.decode()
    see_all()
    ada.post(f"/merges/{Merge.objects.get().id}/undoing/")
    see_all()
    assert Account.objects.filter(merged_into=None).count() == 2
    assert ada.post(f"/merges/{Merge.objects.get().id}/undoing/").status_code == 409


def test_a_rep_says_that_they_are_two_and_does_not_merge(house, cast, door, see_all):
    house("Mercy Hospital")
    house("Mercy Hosp")
    look()
    pair = DuplicatePair.objects.get()
    olivia = door(cast.owner)
    assert olivia.post(f"/duplicates/{pair.id}/merging/", {"keep": "one"}).status_code == 403
    see_all()
    assert Merge.objects.count() == 0
    assert olivia.post(f"/duplicates/{pair.id}/apart/").status_code == 302
    see_all()
    assert DuplicatePair.objects.get().state == "apart"


def test_a_pair_of_which_one_half_is_unseen_is_not_there(house, cast, door, see_all):
    house("Mercy Hospital")
    house("Mercy Hosp", owner=cast.colleague)
    look()
    Account.objects.update(territory="")
    pair = DuplicatePair.objects.get()
    for person in (cast.owner, cast.colleague):
        client = door(person)
        assert "No two accounts are alike" in client.get("/duplicates/").content.decode()
        assert [client.get(f"/duplicates/{pair.id}/").status_code, client.post(f"/duplicates/{pair.id}/apart/").status_code] == [404, 404]


def test_what_a_role_is_not_shown_is_not_compared_before_its_eyes(house, cast, door):
    here = house("Mercy Hospital", owner=cast.executive)
    for name in ("Ann Hale", "Anne Hale"):
        contacts.add(here, name=name, email="ann.hale@mercy.example", by=cast.admin.actor, at=now())
    look("contact")
    pair = DuplicatePair.objects.get()
    page = door(cast.executive).get(f"/duplicates/{pair.id}/").content.decode()
    assert "Anne Hale" in page
    assert "ann.hale" not in page
    assert "ann.hale" in door(cast.admin).get(f"/duplicates/{pair.id}/").content.decode()


def test_the_list_costs_the_same_with_three_pairs_as_with_one(house, cast, door, see_all):
    def queries() -> int:
        client = door(cast.admin)
        client.get("/duplicates/")
        with CaptureQueriesContext(connection) as seen:
            assert client.get("/duplicates/").status_code == 200
        see_all()
        return len(seen)

    house("Mercy Hospital")
    house("Mercy Hosp")
    look()
    one = queries()
    for name, city, code in (("Beacon", "Canton", "44702"), ("Willow", "Dayton", "45402")):
        house(f"{name} Hospital", city=city, zip=code)
        house(f"{name} Hosp", city=city, zip=code)
    look()
    assert DuplicatePair.objects.filter(state="open").count() == 3
    assert queries() == one


def test_whoever_types_what_is_there_is_told(house, cast, door):
    house("Mercy Hospital")
    client = door(cast.owner, htmx=True)
    said = {"noun": "account", "name": "Mercy Hosp", "state": "OH", "city": "Akron"}
    assert "Mercy Hospital" in client.post("/duplicates/like/", said).content.decode()
    assert client.post("/duplicates/like/", {**said, "name": "Lakeside Clinic"}).content.strip() == b""
    assert door(cast.colleague, htmx=True).post("/duplicates/like/", said).content.strip() == b""


def test_a_contact_typed_for_an_account_is_compared_with_its_people(house, cast, door):
    here = house("Mercy Hospital")
    contacts.add(here, name="Robert Hale", title="CIO", by=cast.admin.actor, at=now())
    client = door(cast.owner, htmx=True)
    said = {"noun": "contact", "name": "Bob Hale", "account": str(here.id)}
    assert "Robert Hale" in client.post("/duplicates/like/", said).content.decode()
    assert client.post("/duplicates/like/", {**said, "account": "x"}).content.strip() == b""


def test_addresses_that_make_no_sense_are_answered_in_a_sentence(cast, door):
    client = door(cast.admin)
    assert client.get("/duplicates/?after=nonsense").status_code == 422
    assert client.get("/duplicates/?noun=planets&group=x").status_code == 200


def test_the_page_of_a_record_says_that_it_may_be_there_twice_to_who_sees_both(house, cast, door, see_all, lead_of):
    old, new = house("Mercy Hospital"), house("Mercy Hosp", owner=cast.colleague)
    here, there = (contacts.add(old, name=name, phone="330 555 0100", by=cast.admin.actor, at=now()) for name in ("Bob Hale", "Robert Hale"))
    first = lead_of(cast.owner, name="Rosa Ives", email="rosa@mercy.example")
    second = lead_of(cast.colleague, name="R Ives", email="rosa@mercy.example", state="TX")
    ada, olivia = door(cast.admin), door(cast.owner)
    with CaptureQueriesContext(connection) as before:
        assert "May be there twice" not in ada.get(f"/leads/{first.id}/").content.decode()
    see_all()
    for noun in ("account", "contact", "lead"):
        look(noun)
    for noun, one, other in (("accounts", old, new), ("contacts", here, there), ("leads", first, second)):
        see_all()
        pair = DuplicatePair.objects.get(noun=noun[:-1])
        for row, like in ((one, other), (other, one)):
            page = ada.get(f"/{noun}/{row.id}/").content.decode()
            assert "May be there twice" in page
            assert f"{pair.points} of 100 points like {like}" in page
            assert f'href="/duplicates/{pair.id}/"' in page
    with CaptureQueriesContext(connection) as after:
        ada.get(f"/leads/{first.id}/")
    assert len([q for q in after if "rounds_duplicatepair" in q["sql"]]) == len([q for q in before if "rounds_duplicatepair" in q["sql"]]) == 1
    assert "May be there twice" not in olivia.get(f"/leads/{first.id}/").content.decode(), "she does not see the other"
