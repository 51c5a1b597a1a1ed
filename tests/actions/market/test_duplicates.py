"""Looking for duplicates: what is kept as pairs, what a person decided, who sees a pair."""

from __future__ import annotations

import pytest

from rounds.actions.market import accounts, contacts, duplicates, merging
from rounds.kit.actor import SYSTEM_ACTOR
from rounds.kit.clock import now
from rounds.models import Account, DuplicatePair

pytestmark = pytest.mark.req("LEAD-31")


@pytest.fixture
def house(cast):
    def make(name, owner=None, **said):
        given = {"name": name, "state": "OH", "city": "Akron", "zip": "44301", **said}
        return accounts.add(by=cast.admin.actor, at=now(), owner=owner or cast.owner, **given)

    return make


def look(noun="account"):
    return duplicates.look_through(noun, by=SYSTEM_ACTOR, at=now())


def pairs(state="open"):
    return [(p.one.name, p.other.name, p.group) for p in DuplicatePair.objects.filter(state=state).order_by("-points")]


def test_pairs_are_found_once_and_go_when_they_are_alike_no_more(house, cast):
    house("Mercy Hospital")
    other = house("Mercy Hosp")
    house("Granite Clinic", city="Erie", state="PA", zip="16501")
    assert look() == {"looked": 3, "found": 1, "new": 1, "gone": 0}
    assert pairs() == [("Mercy Hospital", "Mercy Hosp", "sure")]
    assert look()["new"] == 0
    accounts.change(other, by=cast.admin.actor, at=now(), name="Lakeside Orthopedic", city="Dayton", zip="45401")
    assert look()["gone"] == 1
    assert pairs() == []


def test_what_somebody_keeps_apart_is_not_brought_up_again(house, cast):
    house("Mercy Hospital")
    house("Mercy Hosp")
    look()
    merging.keep_apart(DuplicatePair.objects.get(), by=cast.owner.actor, at=now())
    assert look()["new"] == 0
    assert (pairs(), pairs("apart")) == ([], [("Mercy Hospital", "Mercy Hosp", "sure")])


def test_one_record_is_compared_with_those_near_it(house, cast, lead_of):
    old, new = house("Mercy Hospital"), house("Mercy Hosp")
    assert [(p.one, p.other) for p in duplicates.look_at(new, by=SYSTEM_ACTOR, at=now())] == [(old, new)]
    here, there = contacts.add(old, name="Bob Hale", phone="330 555 0100", by=cast.admin.actor, at=now()), contacts.add(
        old, name="Robert Hale", phone="(330) 555-0100", by=cast.admin.actor, at=now())  # fmt: skip
    assert [p.other for p in duplicates.look_at(here, by=SYSTEM_ACTOR, at=now())] == [there]
    lead_of(cast.owner, name="Rosa Ives", email="rosa@mercy.example")
    twin = lead_of(cast.owner, name="R Ives", email="rosa@mercy.example")
    assert len(duplicates.look_at(twin, by=SYSTEM_ACTOR, at=now())) == 1
    assert look("lead")["new"] == 0


def test_what_is_typed_is_compared_with_what_its_writer_sees(house, cast):
    house("Mercy Hospital")
    said = {"name": "Mercy Hosp.", "state": "OH", "city": "akron"}
    assert [(row.name, group) for row, _, group in duplicates.like("account", said, Account.objects.all())] == [("Mercy Hospital", "sure")]
    assert duplicates.like("account", said, Account.objects.none()) == []
    assert duplicates.like("account", {"name": ""}, Account.objects.all()) == []


def test_a_pair_is_seen_by_whoever_sees_both(house, cast, as_seen_by):
    house("Mercy Hospital")
    house("Mercy Hosp", owner=cast.colleague)
    house("Grace Hospital", city="Canton")
    house("Grace Hosp", city="Canton")
    look()
    assert len(pairs()) == 2
    Account.objects.update(territory="")
    with as_seen_by(cast.owner):
        assert pairs() == [("Grace Hospital", "Grace Hosp", "sure")]
    with as_seen_by(cast.colleague):
        assert pairs() == []


def test_a_record_that_was_merged_away_is_nobodys_duplicate(house, cast):
    one, two = house("Mercy Hospital"), house("Mercy Hosp")
    look()
    merging.merge(one, two, by=cast.admin.actor, at=now())
    assert look() == {"looked": 1, "found": 0, "new": 0, "gone": 0}
    assert [p.state for p in DuplicatePair.objects.all()] == ["merged"]
