"""Recycling, follow-ups, machines in the log, relationships, and the nightly counts."""

from __future__ import annotations

from datetime import timedelta

import pytest

from rounds.actions.desk import tending
from rounds.actions.leads import activities, leads, recycling
from rounds.actions.market import accounts, contacts, knowing
from rounds.analytics.desk import hygiene
from rounds.kit.actor import SYSTEM_ACTOR
from rounds.kit.clock import now
from rounds.models import Account, Contact, HygieneCount, Lead, LeadActivity, LeadStatusChange, ScoreRecord, Task
from rounds.models.flow.active import active
from rounds.models.flow.days import house_today


def old(owner, days, **said):
    lead = leads.capture({"name": "Old Alder", "state": "NY", **said}, by=SYSTEM_ACTOR, at=now() - timedelta(days=days), owner=owner)
    assert (lead.band, lead.driving_band) == ("unqualified", "unqualified")
    return lead


@pytest.mark.req("LEAD-25")
def test_a_lead_that_went_nowhere_is_recycled_once(cast):
    due, young = old(cast.owner, 190), old(cast.owner, 170)
    assert recycling.recycle_due(by=SYSTEM_ACTOR, at=now()) == 1
    due.refresh_from_db()
    young.refresh_from_db()
    assert (due.status, young.status) == ("Recycled", "New")
    assert LeadStatusChange.objects.filter(lead=due).order_by("-at")[0].reason == "6 months unqualified without a change"
    assert recycling.recycle_due(by=SYSTEM_ACTOR, at=now()) == 0
    leads.set_status(due, "New", by=cast.owner.actor, at=now())
    assert recycling.recycle_due(by=SYSTEM_ACTOR, at=now()) == 0, "its months begin anew"


@pytest.mark.req("LEAD-25")
def test_the_months_run_from_when_it_entered_its_band(cast):
    lead = old(cast.owner, 190)
    for band, days in (("cold", 100), ("unqualified", 20)):
        ScoreRecord.objects.create(lead=lead, model="lead_fit", total=3, band=band, at=now() - timedelta(days=days))
    assert recycling.recycle_due(by=SYSTEM_ACTOR, at=now()) == 0


@pytest.mark.req("LEAD-25")
def test_a_follow_up_a_quarter_is_opened_once(cast):
    lead = old(cast.owner, 100)
    assert recycling.follow_up_due(by=SYSTEM_ACTOR, at=now()) == 1
    assert recycling.follow_up_due(by=SYSTEM_ACTOR, at=now()) == 0
    task = Task.objects.get(lead=lead, kind="follow_up")
    assert (task.owner_id, task.key) == (cast.owner.id, f"follow-up:{lead.id}:1")
    from rounds.actions.desk import tasks

    tasks.complete(task, by=cast.owner.actor, at=now())
    assert recycling.follow_up_due(by=SYSTEM_ACTOR, at=now()) == 0, "done is done"
    assert recycling.follow_up_due(by=SYSTEM_ACTOR, at=now() + timedelta(days=90)) == 1


def test_marketing_owns_what_is_unqualified(cast, lead_of):
    assert old(cast.owner, 1).lifecycle == "MQL"
    assert lead_of(cast.owner).lifecycle == ""


@pytest.mark.req("LEAD-30", "LEAD-20")
def test_a_gateway_that_follows_every_link_counts_for_nothing(cast, lead_of):
    lead, at = lead_of(cast.owner), now()
    for n, link in enumerate("abc"):
        activities.log("email_click", lead=lead, by=SYSTEM_ACTOR, at=at + timedelta(seconds=n), mail={"message": "m1", "link": link, "links": 3})
    assert [row.machine for row in LeadActivity.objects.filter(lead=lead)] == ["all 3 links of the mail at once"] * 3
    before = Lead.objects.get(pk=lead.pk)
    assert before.heat == 0
    activities.log("email_open", lead=lead, by=SYSTEM_ACTOR, at=at, mail={"message": "m2", "delivered_at": at - timedelta(seconds=3)})
    last = LeadActivity.objects.get(kind="email_open")
    assert last.machine == "within 20 seconds of delivery"
    activities.log("webinar_attendance", lead=lead, by=SYSTEM_ACTOR, at=at)
    after = Lead.objects.get(pk=lead.pk)
    assert (after.heat, after.score_total > before.score_total) == (6, True)
    assert ScoreRecord.objects.filter(lead=lead, cause="activity: webinar attendance").exists()


@pytest.mark.req("ACCT-17")
def test_what_is_logged_with_a_person_makes_the_relationship(cast):
    unit = accounts.add(name="Harbour Health", level="system", state="NY", by=cast.admin.actor, at=now())
    bo = contacts.add(unit, name="Bo Fox", title="Chief Information Officer", by=cast.admin.actor, at=now())
    activities.log("call", account=unit, contact=bo, by=cast.owner.actor, at=now())
    found = Contact.objects.get(pk=bo.pk)
    assert found.strength == 40 + round(30 / 8) + 20 + 10 - 0
    assert Account.objects.get(pk=unit.pk).strength == found.strength
    activities.withdraw(LeadActivity.objects.get(), reason="Somebody else", by=cast.owner.actor, at=now())
    assert Contact.objects.get(pk=bo.pk).strength is None
    activities.log("call", account=unit, contact=bo, by=cast.owner.actor, at=now(), happened_at=now() - timedelta(days=100))
    knowing.know_all(by=SYSTEM_ACTOR, at=now())
    later = Contact.objects.get(pk=bo.pk)
    assert later.strength < later.strength_was


@pytest.mark.req("PLUS-24")
def test_every_check_finds_what_it_is_named_for(cast, lead_of):
    from rounds.kit.scope import Scope

    lead_of(cast.owner, name="No Step", days=9)
    Task.objects.all().delete()
    Lead.objects.filter(name="No Step").update(band="hot", state="", territory="")
    lead_of(None, name="Nobody's", days=9)
    Lead.objects.filter(name="Nobody's").update(owner=None)
    unit = accounts.add(name="Harbour Health", level="system", state="", by=cast.admin.actor, at=now(), owner=cast.owner)
    contacts.add(unit, name="Bo Fox", title="Transformation Catalyst", by=cast.admin.actor, at=now())
    Account.objects.update(created_at=now() - timedelta(days=90))
    found = {hygiene.code_of(one.check): (one.rows, one.stale) for one in hygiene.found(
        active().playbook, Scope(everything=True), at=now(), nouns=("lead", "account", "contact"))}  # fmt: skip
    assert found["lead.no_next_step"] == (1, 1)
    assert found["lead.untouched_hot"] == (1, 1)
    assert found["lead.nobody_owns"][0] == 1
    assert found["lead.no_state"][0] == 1
    assert found["lead.no_account"][0] == 2
    assert found["account.no_economic_buyer"][0] == 1
    assert found["account.quiet_account"][0] == 1
    assert found["account.no_state"][0] == 1
    assert found["contact.no_role"][0] == 1
    accounts.close(unit, on=house_today(), reason="Merged", by=cast.admin.actor, at=now())
    assert hygiene.rows_of(next(c for c in active().playbook.hygiene.checks if c.check == "orphan"), Scope(everything=True), now()).count() == 1


@pytest.mark.req("PLUS-24")
def test_the_night_counts_by_rep_and_says_the_trend(cast, lead_of):
    from rounds.kit.scope import Scope

    lead_of(cast.owner, name="One", days=9)
    Task.objects.all().delete()
    book = active().playbook
    for days in (30, 10, 0):
        tending.keep_counts(hygiene.counts(book, at=now()), by=SYSTEM_ACTOR, at=now() - timedelta(days=days))
    assert tending.keep_counts(hygiene.counts(book, at=now()), by=SYSTEM_ACTOR, at=now()) == HygieneCount.objects.filter(day=house_today()).count()
    (rep,) = hygiene.reps(book, Scope(everything=True), at=now())
    assert (rep.owner, len(rep.points), rep.rows) == (cast.owner, 2, rep.before)
    found = next(one for one in hygiene.found(book, Scope(everything=True), at=now(), nouns=("lead",)) if one.check.check == "no_next_step")
    assert found.before == found.rows == 1
