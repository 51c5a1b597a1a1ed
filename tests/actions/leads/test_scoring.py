"""Leads scored in the transaction that takes them: both models, bands, history; a refusal leaves nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest

from rounds.actions.leads import activities, checklist, leads, overrides
from rounds.actions.leads.given import LeadRefused
from rounds.kit.clock import now
from rounds.kit.refusal import Refusal
from rounds.models import Answer, Event, Lead, LeadActivity, ScoreRecord

ALL_BEST = {
    "organization_size": "large", "geographic_market": "major_metro", "market_leadership": "leader",
    "technology_stack": "advanced", "it_infrastructure": "cloud_native", "innovation": "leader",
    "budget_allocation": "high", "investment_capacity": "strong", "funding_sources": "multiple",
    "content_engagement": "high", "direct_interactions": "executive", "referrals": "warm",
    "project_timeline": "immediate", "competitive_pressure": "high",
}  # fmt: skip


@pytest.mark.req("LEAD-01", "LEAD-18", "LEAD-22")
@pytest.mark.parametrize(
    ("worse", "total", "band"),
    [
        ({}, 100, "hot"),
        ({"it_infrastructure": "on_premise", "budget_allocation": "low", "organization_size": "mid"}, 82, "hot"),
        ({"organization_size": "micro", "technology_stack": "legacy"}, 79, "warm"),
        ({"organization_size": "micro", "technology_stack": "legacy", "budget_allocation": "low",
          "it_infrastructure": "on_premise", "geographic_market": "rural"}, 58, "cold"),
    ],
)  # fmt: skip
def test_the_total_falls_into_its_band(cast, lead_of, worse, total, band):
    lead = lead_of(cast.owner, facts={}, answers=ALL_BEST | worse, source="")
    assert (lead.score_total, lead.band, lead.band_provisional) == (total, band, False)


@pytest.mark.req("LEAD-22", "PLUS-02")
def test_a_blank_lead_is_two_of_a_hundred_and_never_hot(cast, lead_of):
    lead = lead_of(cast.owner, facts={}, answers={}, source="")
    assert (lead.score_total, lead.band, lead.completeness) == (2, "unqualified", 0)
    record = ScoreRecord.objects.get(lead=lead, model="lead_fit")
    assert len(record.missing) == 14
    known = lead_of(cast.owner, name="Known", facts={}, answers={"technology_stack": "advanced"}, source="")
    assert (known.band, known.band_provisional) == ("warm", True)


@pytest.mark.req("CQS-01", "CQS-02", "CQS-03", "CQS-04", "CQS-05", "CQS-06")
def test_the_quick_score_stands_beside_it_and_adds_up(cast, lead_of):
    lead = lead_of(cast.owner, facts={"beds": 612, "ehr": "Epic", "it_budget_usd": 1_000_001})
    assert (lead.quick_total, lead.quick_band) == (20 + 15 + 15, "warm")
    for kind in ("executive_meeting", "demo_attendance", "demo_attendance"):
        activities.log(kind, lead=lead, by=cast.owner.actor, at=now())
    lead.refresh_from_db()
    assert (lead.quick_total, lead.quick_band) == (50 + 10 + 8 + 8, "hot")


@pytest.mark.req("PLUS-04")
def test_heat_never_moves_the_band(cast, lead_of):
    lead = lead_of(cast.owner)
    before = (lead.score_total, lead.band)
    activities.log("stakeholder_meeting", lead=lead, by=cast.owner.actor, at=now(), seniority="none")
    lead.refresh_from_db()
    assert lead.heat == 5
    assert (lead.score_total, lead.band) == before


@pytest.mark.req("LEAD-21", "X-1")
def test_every_change_of_the_verdict_is_a_row_with_cause_person_and_playbook(cast, lead_of):
    lead = lead_of(cast.owner)
    leads.change(lead, by=cast.manager.actor, at=now(), facts={"beds": 80, "ehr": "Epic"})
    first, second = ScoreRecord.objects.filter(lead=lead, model="lead_fit").order_by("at", "id")
    assert (first.cause, second.cause) == ("captured", "changed facts")
    assert second.by_name == cast.manager.name
    assert second.playbook_hash == lead.playbook_hash
    assert second.points["organization_size"] == 8
    assert sum(second.categories.values()) == second.total


@pytest.mark.req("LEAD-22")
@pytest.mark.parametrize("wrong", [
    {"facts": {"beds": -3}}, {"facts": {"beds": "about 400"}}, {"facts": {"moon": 1}}, {"answers": {"innovation": "huge"}},
    {"email": "nobody"}, {"state": "Bavaria"}, {"source": "pigeon"}, {"name": "  "}, {"owner_role": "ae"},
])  # fmt: skip
def test_what_is_refused_leaves_nothing(cast, lead_of, wrong):
    with pytest.raises(LeadRefused) as refused:
        lead_of(cast.owner, **wrong)
    assert refused.value.field
    assert str(refused.value).endswith(".")
    assert (Lead.objects.count(), Event.objects.filter(kind="lead.captured").count()) == (0, 0)


@pytest.mark.req("LEAD-19")
def test_a_tick_is_a_row_with_its_person_and_no_part_of_the_score(cast, lead_of):
    lead = lead_of(cast.owner)
    by, at = cast.owner.actor, now()
    assert checklist.tick(lead, "basic_interest", by=by, at=at) == checklist.tick(lead, "basic_interest", by=by, at=at)
    assert ScoreRecord.objects.filter(lead=lead).count() == 2
    checklist.untick(lead, "basic_interest", by=by, at=at)
    assert Answer.objects.filter(lead=lead, model="checklist", withdrawn_at=None).count() == 0


@pytest.mark.req("LEAD-21")
def test_a_level_set_by_hand_ends_on_its_day(cast, lead_of):
    lead = lead_of(cast.owner)
    by, at = cast.owner.actor, now()
    overrides.override(lead, "technology_stack", "legacy", reason="old", expires_at=at + timedelta(days=1), by=by, at=at)
    lead.refresh_from_db()
    low = lead.score_total
    activities.log("call", lead=lead, by=by, at=at + timedelta(days=2))
    lead.refresh_from_db()
    assert lead.score_total == low + 9


@pytest.mark.req("LEAD-22")
def test_an_activity_in_the_future_or_delivered_twice_counts_not_and_once(cast, lead_of):
    lead, at = lead_of(cast.owner), now()
    with pytest.raises(Refusal):
        activities.log("call", lead=lead, by=cast.owner.actor, at=at, happened_at=at + timedelta(days=1))
    for _ in range(2):
        activities.log("website_visit", lead=lead, by=cast.owner.actor, at=at, external_id="hook-1")
    assert LeadActivity.objects.count() == 1
    lead.refresh_from_db()
    assert lead.quick_total == 20 + 15 + 1 + 1
