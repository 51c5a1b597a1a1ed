"""What became new about a buyer makes heat: said by a person, from something that stood; a load of data makes none."""

from __future__ import annotations

from datetime import timedelta

import pytest

from rounds.actions.leads import leads
from rounds.actions.market import accounts, intelligence
from rounds.kit.actor import Actor
from rounds.kit.clock import now
from rounds.models import Account, Event, Lead, LeadActivity, ScoreRecord
from rounds.models.flow.days import house_today

pytestmark = pytest.mark.django_db


@pytest.fixture
def unit(cast):
    return accounts.add(name="Harbour Health", level="system", state="NY", beds=400, ehr_vendor="Epic", by=cast.admin.actor, at=now(), owner=cast.owner)


@pytest.fixture
def lead(cast, unit, lead_of):
    row = lead_of(cast.owner, name="Bo Fox", organization="Harbour Health", state="NY")
    Lead.objects.filter(pk=row.pk).update(account=unit, buying_unit=unit)
    return Lead.objects.get(pk=row.pk)


def heats(unit, lead) -> tuple[int, int]:
    return Account.objects.get(pk=unit.pk).heat, Lead.objects.get(pk=lead.pk).heat


@pytest.mark.req("LEAD-20")
@pytest.mark.parametrize(
    ("said", "trigger", "points", "words"),
    [
        ({"beds": 612}, "company_size_update", 5, "400 → 612"),
        ({"ehr_vendor": "MEDITECH"}, "technology_change", 8, "Epic → MEDITECH"),
        ({"it_budget_cents": 900_000_000}, "budget_announcement", 10, "is known now"),
    ],
)
def test_a_person_who_says_what_is_new_warms_the_account_and_its_leads(cast, unit, lead, said, trigger, points, words):
    stood, touched = ScoreRecord.objects.filter(lead=lead).count(), Account.objects.get(pk=unit.pk).last_touch_at
    accounts.change(unit, by=cast.owner.actor, at=now(), **said)
    act = LeadActivity.objects.get()
    assert (act.kind, act.account_id, act.lead_id) == (trigger, unit.id, None)
    assert words in act.subject
    assert heats(unit, lead) == (points, points)
    assert Event.objects.get(kind="activity.logged").payload["kind"] == trigger
    assert Account.objects.get(pk=unit.pk).last_touch_at == touched, "a signal is no touch"
    scored = list(ScoreRecord.objects.filter(lead=lead).order_by("at"))
    told = Event.objects.filter(kind="lead.scored", lead_id=lead.id)
    assert len(scored) == stood or told.last().payload["before"] is not None, "before and after, where the score moved"


@pytest.mark.req("LEAD-20", "PLUS-04")
def test_what_was_never_known_or_comes_with_data_is_no_news(cast, unit, lead):
    loaded = Actor("integration", None, "Warehouse")
    accounts.change(unit, by=loaded, at=now(), beds=700)
    accounts.change(unit, by=cast.owner.actor, at=now(), hospitals=3)  # unknown before: learned, not new
    accounts.change(unit, by=cast.owner.actor, at=now(), beds=700)  # as it stands
    assert not LeadActivity.objects.exists()
    assert heats(unit, lead) == (0, 0)


@pytest.mark.req("LEAD-20")
def test_it_cools_after_thirty_days(cast, unit, lead):
    before = now() - timedelta(days=31)
    accounts.change(unit, by=cast.owner.actor, at=before, beds=612)
    assert LeadActivity.objects.count() == 1
    leads.change(Lead.objects.get(pk=lead.pk), by=cast.owner.actor, at=now(), facts={"beds": 612})
    assert Lead.objects.get(pk=lead.pk).heat == 0


@pytest.mark.req("LEAD-20")
def test_news_with_a_topic_counts_from_its_day(cast, unit, lead):
    said = {"area": "business", "text": "The board voted", "source": "Harbour Times", "confidence": 0.8, "by": cast.owner.actor, "at": now()}
    intelligence.note(unit, topic="Budget approved", as_of=house_today() - timedelta(days=2), **said)
    intelligence.note(unit, topic="New chairman", as_of=house_today(), **said)
    assert [act.kind for act in LeadActivity.objects.all()] == ["budget_announcement"]
    assert heats(unit, lead) == (10, 10)
    intelligence.note(unit, topic="EHR replaced", as_of=house_today() - timedelta(days=60), **said)
    assert heats(unit, lead) == (10, 10)


@pytest.mark.req("LEAD-20")
def test_a_lead_without_an_account_is_warmed_by_its_own_facts(cast, lead_of):
    row = lead_of(cast.owner, name="Cy Orr", facts={"beds": 200})
    leads.change(row, by=cast.owner.actor, at=now(), facts={"beds": 650})
    assert Lead.objects.get(pk=row.pk).heat == 5
    leads.change(row, by=Actor("form", None, "Website"), at=now(), facts={"beds": 900})
    assert Lead.objects.get(pk=row.pk).heat == 5
