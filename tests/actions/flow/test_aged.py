"""What time alone moves: answers that end, tiers set by hand that end, acts that grow old, units judged later."""

from __future__ import annotations

from datetime import timedelta

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from rounds.actions.flow import rescoring
from rounds.actions.leads import activities, leads
from rounds.actions.market import accounts, answers, scoring, tiers, warmth
from rounds.jobs import chores
from rounds.kit.actor import SYSTEM_ACTOR
from rounds.kit.clock import now
from rounds.models import Account, Lead, ScoreRecord, TierRecord
from rounds.models.flow.active import active

LATER = timedelta(days=40)


@pytest.fixture
def unit(cast) -> Account:
    return accounts.add(name="Meridian Health", level="system", state="NY", beds=700, by=SYSTEM_ACTOR, at=now())


def aged(at) -> None:
    """What the job does, as of `at`."""
    for kind, ask in (("account", rescoring.aged_accounts), ("account", rescoring.aged_accounts), ("lead", rescoring.aged_leads)):
        rescoring.rescore_chunk(kind, ask(at), by=SYSTEM_ACTOR, at=at, cause=rescoring.TIME_PASSED)
    warmth.cool(by=SYSTEM_ACTOR, at=at)


@pytest.mark.req("LEAD-22", "LEAD-21")
def test_the_facts_speak_again_after_an_answer_has_ended(cast, unit):
    hospital = accounts.add(name="Meridian North", parent=unit, by=SYSTEM_ACTOR, at=now())
    lead = leads.capture({"name": "P. Lead"}, account=hospital, by=SYSTEM_ACTOR, at=now())
    before = [Account.objects.get(pk=unit.pk).score_total, Lead.objects.get(pk=lead.pk).score_total]
    answers.answer(unit, "market_leadership", "leader", expires_at=now() + timedelta(days=7), by=SYSTEM_ACTOR, at=now())
    assert Lead.objects.get(pk=lead.pk).score_total > before[1]
    assert unit.pk not in rescoring.aged_accounts(now() + timedelta(days=6))
    aged(now() + timedelta(days=8))
    assert [Account.objects.get(pk=unit.pk).score_total, Lead.objects.get(pk=lead.pk).score_total] == before
    assert ScoreRecord.objects.filter(lead=lead, cause=rescoring.TIME_PASSED).exists()
    assert not rescoring.aged_accounts(now() + timedelta(days=8))
    assert not rescoring.aged_leads(now() + timedelta(days=8))


@pytest.mark.req("ABM-11")
def test_the_rule_speaks_again_after_a_tier_set_by_hand_has_ended(cast, unit):
    by_rule = Account.objects.get(pk=unit.pk).tier
    tiers.override(unit, 1 if by_rule != 1 else 3, reason="board said so", approver=cast.manager,
                   expires_at=now() + timedelta(days=30), by=cast.manager.actor, at=now())  # fmt: skip
    aged(now() + LATER)
    unit = Account.objects.get(pk=unit.pk)
    assert (unit.tier, unit.tier_stage == "override") == (by_rule, False)
    assert TierRecord.objects.filter(account=unit, override=False).count() == 2


@pytest.mark.req("PLUS-04")
def test_heat_cools_when_its_window_has_passed(cast, unit):
    lead = leads.capture({"name": "P. Lead"}, account=unit, by=SYSTEM_ACTOR, at=now())
    activities.log("stakeholder_meeting", lead=lead, by=SYSTEM_ACTOR, at=now())
    assert Lead.objects.get(pk=lead.pk).heat == Account.objects.get(pk=unit.pk).heat > 0
    days = active().playbook.heat.window_days.value
    aged(now() + timedelta(days=days + 1))
    assert Lead.objects.get(pk=lead.pk).heat == Account.objects.get(pk=unit.pk).heat == 0


@pytest.mark.req("LEAD-21")
def test_engagement_counts_no_longer_than_its_window(cast):
    lead = leads.capture({"name": "P. Lead"}, by=SYSTEM_ACTOR, at=now())
    before = Lead.objects.get(pk=lead.pk).score_total
    for kind in ("content_download", "stakeholder_meeting", "executive_meeting"):
        activities.log(kind, lead=lead, seniority="executive", by=SYSTEM_ACTOR, at=now())
    assert Lead.objects.get(pk=lead.pk).score_total > before
    aged(now() + timedelta(days=400))
    assert Lead.objects.get(pk=lead.pk).score_total == before


def test_nothing_aged_is_nothing_to_do(cast, unit):
    leads.capture({"name": "P. Lead"}, account=unit, by=SYSTEM_ACTOR, at=now())
    assert rescoring.aged_accounts(now()) == rescoring.aged_leads(now()) == []
    assert warmth.cool(by=SYSTEM_ACTOR, at=now()) == 0


def test_the_chore_asks_the_queue_once(db):
    assert [chores.ask_for_aged(), chores.ask_for_aged()] == [1, 0]
    assert ProcrastinateJob.objects.filter(task_name=rescoring.AGED).count() == 1


@pytest.mark.req("LEAD-21")
def test_leads_follow_a_changed_account_at_once_and_many_of_them_in_the_worker(cast, unit, monkeypatch):
    several = [leads.capture({"name": f"Lead {n}"}, account=unit, by=SYSTEM_ACTOR, at=now()) for n in range(3)]
    before = several[0].score_total
    monkeypatch.setattr(scoring, "AT_ONCE", 2)
    accounts.change(unit, beds=20, by=SYSTEM_ACTOR, at=now())
    totals = [Lead.objects.get(pk=lead.pk).score_total for lead in several]
    assert totals[0] == totals[1] < totals[2] == before
    assert ProcrastinateJob.objects.filter(task_name=rescoring.AGED).count() == 1
    aged(now())
    assert Lead.objects.get(pk=several[2].pk).score_total == totals[0]
