"""Tiers set by hand, and answers taken back."""

from __future__ import annotations

from datetime import timedelta

import pytest

from rounds.actions.leads import leads
from rounds.actions.market import accounts, answers, tiers
from rounds.kit.actor import SYSTEM_ACTOR
from rounds.kit.clock import now
from rounds.models import Account, Event, TierRecord
from rounds.models.flow.days import house_today

SAID = {"by": SYSTEM_ACTOR}


@pytest.fixture
def unit(cast):
    return accounts.add(name="Meridian Health", level="system", state="NY", at=now(), **SAID)


def by_hand(account, cast, tier=1):
    return tiers.override(account, tier, reason="board said so", approver=cast.manager,
                          expires_at=now() + timedelta(days=9), at=now(), **SAID)  # fmt: skip


@pytest.mark.req("ABM-11")
def test_only_a_unit_and_only_a_tier_of_the_playbook(cast, unit):
    below = accounts.add(name="Meridian North", parent=unit, at=now(), **SAID)
    with pytest.raises(tiers.OverrideRefused, match="Only a buying unit"):
        by_hand(below, cast)
    with pytest.raises(tiers.OverrideRefused, match="one of 1, 2, 3, or 0"):
        by_hand(unit, cast, tier=4)


@pytest.mark.req("ABM-11")
def test_an_override_is_lifted_once(cast, unit):
    with pytest.raises(tiers.OverrideRefused, match="No tier set by hand"):
        tiers.lift(unit, reason="by mistake", at=now(), **SAID)
    by_hand(unit, cast)
    tiers.lift(unit, reason="by mistake", at=now(), **SAID)
    with pytest.raises(tiers.OverrideRefused, match="No tier set by hand"):
        tiers.lift(unit, reason="again", at=now(), **SAID)
    assert Account.objects.get(pk=unit.pk).tier_stage != "override"
    assert TierRecord.objects.filter(account=unit, stage="lifted").count() == 1


def test_an_account_is_closed_once(cast, unit):
    for _ in range(2):
        accounts.close(unit, on=house_today(), reason="merged", at=now(), **SAID)
    assert Event.objects.filter(kind="account.closed", account_id=unit.id).count() == 1


@pytest.mark.req("PLUS-03", "LEAD-21")
def test_an_answer_taken_back_is_told_and_explains_the_verdict(cast, unit):
    lead = leads.capture({"name": "P. Lead"}, account=unit, at=now(), **SAID)
    for subject, kind in ((unit, "account"), (lead, "lead")):
        row, _ = answers.answer(subject, "market_leadership", "leader", at=now(), **SAID)
        answers.withdraw(row, at=now(), **SAID)
        told = Event.objects.get(kind=f"{kind}.answer_withdrawn", subject_id=row.id)
        assert told.payload == {"criterion": "market_leadership", "level": "leader"}
        assert subject.scores.filter(cause_event=told.id).exists()
