"""Merging two records and taking it back: what comes along, what stays, who still sees what."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rounds.access.scope import kept_for, line_of, scope_of, visible
from rounds.actions.leads import activities
from rounds.actions.market import accounts, contacts, merging
from rounds.kit.clock import now
from rounds.models import Account, AuditEntry, Contact, Event, Lead, LeadActivity, LeadStatusChange, Merge

pytestmark = pytest.mark.req("LEAD-31")


@pytest.fixture
def by(cast):
    return cast.admin.actor


@pytest.fixture
def house(cast, by):
    """house(name, …): a hospital of the owner's."""
    return lambda name, **said: accounts.add(by=by, at=now(), owner=cast.owner, **{"name": name, "state": "OH", "city": "Akron", **said})


def test_everything_below_comes_along_and_goes_back(house, by, lead_of, cast):
    kept, lost = house("Mercy Hospital", beds=300), house("Mercy Hosp", phone="330 555 0100", website="https://mercy.example")
    person = contacts.add(lost, name="Ann Hale", email="ann@mercy.example", by=by, at=now())
    contacts.seat(person, lost, role="CIO", by=by, at=now())
    lead = lead_of(cast.owner, name="Rosa Ives", organization="Mercy Hosp", state="OH")
    Lead.objects.filter(pk=lead.pk).update(account=lost, buying_unit=lost)

    merge = merging.merge(kept, lost, by=by, at=now())

    kept.refresh_from_db()
    assert (kept.beds, kept.phone, kept.domain) == (300, "330 555 0100", "mercy.example")
    assert {Contact.objects.get(pk=person.pk).account_id, Lead.objects.get(pk=lead.pk).account_id} == {kept.pk}
    assert kept.committee.count() == 1
    assert not visible(Account, scope_of(cast.admin)).filter(pk=lost.pk).exists()
    assert kept_for(Account, lost.pk, scope_of(cast.owner)) == kept.pk
    assert set(line_of(kept)) == {kept.pk, lost.pk}
    assert Event.objects.filter(kind="account.merged", account_id=kept.pk).count() == 1
    assert AuditEntry.objects.filter(verb="account.merge", subject_id=kept.pk).count() == 1

    merging.unmerge(merge, by=by, at=now())

    kept.refresh_from_db()
    lost.refresh_from_db()
    assert (kept.phone, kept.domain, kept.beds) == ("", "", 300)
    assert (lost.status, lost.merged_into_id, lost.is_unit, lost.buying_unit_id) == ("open", None, True, lost.pk)
    assert Contact.objects.get(pk=person.pk).account_id == lost.pk
    back = Lead.objects.get(pk=lead.pk)
    assert (back.account_id, back.buying_unit_id) == (lost.pk, lost.pk)
    assert lost.committee.count() == 1


def test_what_somebody_changed_since_is_left_alone(house, by):
    kept, lost = house("Mercy Hospital"), house("Mercy Hosp", phone="330 555 0100", zip="44301")
    person = contacts.add(lost, name="Ann Hale", by=by, at=now())
    merge = merging.merge(kept, lost, by=by, at=now())
    third = house("Grace Hospital")
    accounts.change(kept, by=by, at=now(), phone="330 555 0199")
    Contact.objects.filter(pk=person.pk).update(account=third)

    done = merging.unmerge(merge, by=by, at=now())

    kept.refresh_from_db()
    assert (kept.phone, kept.zip) == ("330 555 0199", "")
    assert Contact.objects.get(pk=person.pk).account_id == third.pk
    assert done.left >= 1


def test_hospitals_of_a_system_follow_it_into_the_other(house, by):
    kept, lost = house("Harbour Health", level="system"), house("Harbor Health", level="system")
    child = accounts.add(by=by, at=now(), parent=lost, name="Harbour East", state="OH")
    merge = merging.merge(kept, lost, by=by, at=now())
    child.refresh_from_db()
    assert (child.parent_id, child.buying_unit_id) == (kept.pk, kept.pk)
    merging.unmerge(merge, by=by, at=now())
    child.refresh_from_db()
    assert (child.parent_id, child.buying_unit_id) == (lost.pk, lost.pk)


def test_leads_are_one_with_all_their_acts_and_nobody_is_asked_again_who_opted_out(lead_of, cast, by):
    kept, lost = lead_of(cast.owner, name="Rosa Ives", email="rosa@mercy.example"), lead_of(cast.owner, name="R. Ives", title="CIO")
    activities.log("demo_attendance", lead=lost, by=by, at=now())
    Lead.objects.filter(pk=lost.pk).update(opted_out=True)
    before = kept.quick_total

    merge = merging.merge(kept, lost, by=by, at=now())

    kept.refresh_from_db()
    lost.refresh_from_db()
    assert kept.opted_out
    assert LeadActivity.objects.filter(lead=kept).count() == 1
    assert kept.quick_total > before
    assert (lost.status, LeadStatusChange.objects.filter(lead=lost, now="Disqualified").count()) == ("Disqualified", 1)
    merging.unmerge(merge, by=by, at=now())
    kept.refresh_from_db()
    lost.refresh_from_db()
    assert (kept.opted_out, kept.quick_total, lost.status, lost.opted_out) == (False, before, "New", True)


def test_what_may_not_be_one_is_refused_and_nothing_is_written(house, by):
    system = house("Harbour Health", level="system")
    child = accounts.add(by=by, at=now(), parent=system, name="Harbour East", state="OH")
    other = house("Grace Hospital")
    for kept, lost, take in ((system, child, ()), (child, child, ()), (other, house("Grace Hosp"), ("ccn",)), (system, other, ())):
        with pytest.raises(merging.NotOne):
            merging.merge(kept, lost, take=take, by=by, at=now())
    assert Merge.objects.count() == 0


def test_a_merge_is_taken_back_once_and_from_the_last_one_on(house, by):
    one, two, three = house("Mercy A"), house("Mercy B"), house("Mercy C")
    first = merging.merge(two, three, by=by, at=now())
    second = merging.merge(one, two, by=by, at=now())
    assert set(line_of(one)) == {one.pk, two.pk, three.pk}
    with pytest.raises(merging.MergedFurther):
        merging.unmerge(first, by=by, at=now())
    merging.unmerge(second, by=by, at=now())
    merging.unmerge(first, by=by, at=now())
    with pytest.raises(merging.MergeGone):
        merging.unmerge(first, by=by, at=now())
    assert Account.objects.filter(pk__in=[one.pk, two.pk, three.pk], merged_into=None).count() == 3


def test_whoever_is_given_the_record_sees_the_history_of_both(house, by, cast, as_seen_by):
    kept, lost = house("Mercy Hospital"), house("Mercy Hosp")
    merging.merge(kept, lost, by=by, at=now())
    accounts.assign(Account.objects.get(pk=kept.pk), cast.colleague, by=by, at=now())
    with as_seen_by(cast.colleague):
        assert Event.objects.filter(account_id=lost.pk, kind="account.added").exists()
    lost.refresh_from_db()
    assert lost.owner_id == cast.colleague.pk


FIELDS = ("phone", "city", "zip", "beds", "website")
VALUES = st.fixed_dictionaries({
    "phone": st.sampled_from(["", "330 555 0100", "330 555 0101"]), "city": st.sampled_from(["", "Akron", "Canton"]),
    "zip": st.sampled_from(["", "44301"]), "beds": st.sampled_from([None, 25, 300]),
    "website": st.sampled_from(["", "https://a.example", "https://b.example"]),
})  # fmt: skip


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(VALUES, VALUES, st.sets(st.sampled_from(FIELDS)))
def test_whatever_was_chosen_taking_it_back_leaves_both_as_they_stood(house, by, here, there, take):
    kept, lost = house("Mercy Hospital", **here), house("Mercy Hosp", **there)
    stood = [[getattr(Account.objects.get(pk=row.pk), name) for name in FIELDS] for row in (kept, lost)]
    merge = merging.merge(kept, lost, take=take, by=by, at=now())
    now_one = Account.objects.get(pk=kept.pk)
    for name in FIELDS:
        wanted = there[name] if (name in take and there[name] not in (None, "")) or here[name] in (None, "") else here[name]
        assert getattr(now_one, name) == wanted
    merging.unmerge(merge, by=by, at=now())
    assert [[getattr(Account.objects.get(pk=row.pk), name) for name in FIELDS] for row in (kept, lost)] == stood
