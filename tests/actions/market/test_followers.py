"""What belongs to an account follows it: to another unit, another territory, another owner."""

from __future__ import annotations

import pytest

from rounds.access.scope import visible
from rounds.actions.leads import leads
from rounds.actions.market import accounts, contacts, universe
from rounds.kit.actor import SYSTEM_ACTOR
from rounds.kit.clock import now
from rounds.models import Account, Contact, Lead

SAID = {"by": SYSTEM_ACTOR}


@pytest.fixture
def place(cast):
    """A system of another state with a hospital in the owner's territory, and a person there."""
    unit = accounts.add(name="Western Health", level="system", state="CA", beds=900, at=now(), **SAID)
    hospital = accounts.add(name="Western of New York", parent=unit, state="NY", website="wny.example", at=now(), **SAID)
    person = contacts.add(hospital, name="R. Example", title="Chief Medical Officer", at=now(), **SAID)
    return unit, hospital, person


@pytest.mark.req("ROUTE-13")
def test_a_lead_stands_on_its_unit_though_its_captor_may_not_see_the_unit(cast, place, as_seen_by):
    unit, hospital, _ = place
    said = {"name": "P. Lead", "email": "p@wny.example", "organization": hospital.name}
    whole = leads.capture(said, by=SYSTEM_ACTOR, at=now())
    with as_seen_by(cast.owner) as scope:
        assert not visible(Account, scope).filter(pk=unit.pk).exists()
        lead = leads.capture(said, by=cast.owner.actor, at=now(), owner=cast.owner)
    lead = Lead.objects.get(pk=lead.pk)
    assert (lead.account_id, lead.buying_unit_id) == (hospital.id, unit.id)
    assert (lead.score_total, lead.segment, lead.territory) == (whole.score_total, whole.segment, whole.territory)


def test_leads_and_contacts_follow_a_branch_to_its_new_unit(cast, place):
    unit, hospital, person = place
    lead = leads.capture({"name": "P. Lead"}, account=hospital, by=SYSTEM_ACTOR, at=now())
    other = accounts.add(name="Eastern Health", level="system", state="NY", at=now(), **SAID)
    accounts.move(hospital, other, by=SYSTEM_ACTOR, at=now())
    assert Contact.objects.get(pk=person.pk).buying_unit_id == other.id
    assert Lead.objects.get(pk=lead.pk).buying_unit_id == other.id


def test_they_follow_a_hospital_that_the_files_put_under_another_system(cast, place):
    _, hospital, person = place
    lead = leads.capture({"name": "P. Lead"}, account=hospital, by=SYSTEM_ACTOR, at=now())
    other = accounts.add(name="Eastern Health", level="system", state="NY", at=now(), **SAID)
    Account.objects.filter(pk=hospital.pk).update(ccn="999001", parent=other, buying_unit=other)
    universe.settle_branches(by=SYSTEM_ACTOR, at=now())
    assert Contact.objects.get(pk=person.pk).buying_unit_id == other.id
    assert Lead.objects.get(pk=lead.pk).buying_unit_id == other.id


@pytest.mark.req("ROUTE-02")
def test_a_contact_is_of_the_territory_of_its_account(cast, place):
    _, hospital, person = place
    before = Contact.objects.get(pk=person.pk).territory
    accounts.change(hospital, state="CA", by=SYSTEM_ACTOR, at=now())
    after = Contact.objects.get(pk=person.pk).territory
    assert before != after == Account.objects.get(pk=hospital.pk).territory


def test_a_unit_that_changes_hands_takes_its_people_along_but_not_those_somebody_else_looks_after(cast, place):
    unit, hospital, person = place
    own = contacts.add(hospital, name="Own Example", at=now(), **SAID)
    Contact.objects.filter(pk=own.pk).update(owner=cast.manager)
    accounts.assign(unit, cast.owner, by=SYSTEM_ACTOR, at=now())
    assert Contact.objects.get(pk=person.pk).owner_id == cast.owner.id
    assert Contact.objects.get(pk=own.pk).owner_id == cast.manager.id
