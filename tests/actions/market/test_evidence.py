"""Ticks of qualitative gates, and what a person says of an EHR or a fiscal year."""

from __future__ import annotations

from datetime import timedelta

import pytest

from rounds.actions.market import accounts, tiers
from rounds.kit.clock import now
from rounds.kit.refusal import Refusal
from rounds.models import Account, AccountFact, AuditEntry, Event
from rounds.models.flow.active import active


@pytest.fixture
def unit(cast):
    return accounts.add(name="Elmcrest", level="system", state="NY", beds=1500, deal_potential_cents=300_000_000,
                        ehr_vendor="Epic", total_margin=0.05, by=cast.admin.actor, at=now())  # fmt: skip


@pytest.mark.req("ABM-08", "PLUS-08")
def test_a_tick_carries_its_evidence_and_can_be_taken_back(cast, unit):
    by, at = cast.owner.actor, now()
    tiers.evidence(unit, "market_influence", met=True, shows="Chairs the state association", by=by, at=at)
    row = Account.objects.get(pk=unit.pk)
    assert row.custom["gates"] == {"market_influence": True}
    assert row.custom["gates_at"]["market_influence"] == at.isoformat()
    assert Event.objects.get(kind="account.fact_set").payload["source"] == "Chairs the state association"
    assert AuditEntry.objects.filter(verb="tier.evidence").count() == 1
    tiers.evidence(unit, "market_influence", met=False, shows="", by=by, at=at)
    assert Account.objects.get(pk=unit.pk).custom["gates"] == {}


@pytest.mark.req("PLUS-08")
def test_a_tier_is_confirmed_only_with_all_evidence_fresh(cast, unit):
    entry = next(t for t in active().playbook.tiers.tiers if t.tier == unit.tier)
    old = now() - timedelta(days=400)
    for gate in entry.qualitative:
        tiers.evidence(unit, gate, met=True, shows="Seen", by=cast.owner.actor, at=old)
    assert Account.objects.get(pk=unit.pk).tier_stage == "provisional"


@pytest.mark.req("ABM-08")
@pytest.mark.parametrize(("gate", "shows", "field"), [("charm", "x", "gate"), ("market_influence", " ", "shows")])
def test_a_tick_without_gate_or_evidence_is_refused(cast, unit, gate, shows, field):
    with pytest.raises(Refusal) as refused:
        tiers.evidence(unit, gate, met=True, shows=shows, by=cast.owner.actor, at=now())
    assert refused.value.status == 422
    assert refused.value.field == field
    assert Account.objects.get(pk=unit.pk).custom.get("gates") in (None, {})


@pytest.mark.req("ACCT-06", "ACCT-19")
def test_the_picklist_and_the_vendor_follow_each_other(cast, unit):
    by, at = cast.admin.actor, now()
    changed = accounts.change(unit, by=by, at=at, ehr_vendor="Oracle Health")
    assert (changed.ehr, changed.ehr_class) == ("Cerner", "advanced")
    changed = accounts.change(unit, by=by, at=at, ehr="athenahealth")
    assert (changed.ehr_vendor, changed.ehr_class, changed.ehr_confidence) == ("athenahealth", "modern", 1.0)
    changed = accounts.change(unit, by=by, at=at, ehr="Other/Unknown")
    assert (changed.ehr_vendor, changed.ehr_class) == ("", "")


@pytest.mark.req("ACCT-19", "PLUS-10")
def test_a_fiscal_year_said_by_a_person_is_a_claim(cast, unit):
    accounts.change(unit, by=cast.admin.actor, at=now(), fye_month=6)
    claim = AccountFact.objects.get(account=unit, key="fiscal_year_end")
    assert claim.value == "06-30"
    assert claim.human
    assert not AccountFact.objects.filter(account=unit, key="hipaa_status").exists(), "nothing was said of it"
