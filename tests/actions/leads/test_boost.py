"""The three readings of the scoring triggers (C-03): heat beside the score, boost of it, or nothing but scoring anew."""

from __future__ import annotations

from datetime import timedelta

import pytest

from rounds.actions.flow import playbooks, rescoring
from rounds.actions.leads import activities
from rounds.analytics.flow import what_if
from rounds.kit.actor import SYSTEM_ACTOR
from rounds.kit.clock import now
from rounds.models import Event, Lead, ScoreRecord
from rounds.models.flow.active import active
from rounds.playbook import with_set
from rounds.playbook.editing import with_value
from tests.actions.leads.test_scoring import ALL_BEST

NEAR = ALL_BEST | {"organization_size": "micro", "technology_stack": "legacy"}
"""79 points: warm, one below hot."""
MET = ("stakeholder_meeting", "stakeholder_meeting", "demo_attendance")
"""Two kinds of trigger, one of them twice."""


@pytest.fixture
def reading(cast):
    """`reading(mode="boost")`: publishes a playbook with that choice in scoring/heat.yaml and scores by it."""

    def publish(**choices: str) -> None:
        files = active().playbook.files
        for key, value in choices.items():
            files = with_value(files, "scoring/heat.yaml", (key,), value)
        playbooks.publish(files, reason="another reading", by=cast.admin.actor, at=now())
        for kind, ids in rescoring.waiting().items():
            rescoring.rescore_chunk(kind, ids, by=SYSTEM_ACTOR, at=now())

    return publish


@pytest.fixture
def near(cast, lead_of) -> Lead:
    """A warm lead of 79 points with whom things happened."""
    lead = lead_of(cast.owner, facts={}, answers=NEAR, source="")
    for kind in MET:
        activities.log(kind, lead=lead, by=cast.owner.actor, at=now(), seniority="none")
    lead.refresh_from_db()
    return lead


def verdict(lead: Lead) -> tuple:
    lead.refresh_from_db()
    return lead.score_total, lead.band, lead.driving_band, lead.owner_role, lead.heat


@pytest.mark.req("PLUS-04")
def test_heat_counts_every_act_and_moves_no_band(near):
    total, band, driving, role, heat = verdict(near)
    assert (band, driving, heat) == ("warm", "warm", 5 + 5 + 6)
    assert (total, role) == (79, active().playbook.roles.by_band.map["warm"])


@pytest.mark.req("PLUS-04")
def test_boost_counts_each_kind_once_and_the_band_and_the_role_follow_it(near, reading):
    reading(mode="boost")
    hot = active().playbook.roles.by_band.map["hot"]
    assert verdict(near) == (79, "hot", "hot", hot, 5 + 6)
    record = ScoreRecord.objects.filter(lead=near, model="lead_fit").latest("at", "id")
    assert (record.total, record.band, sum(record.categories.values())) == (79, "hot", 79)
    assert sorted(line["points"] for line in record.lines if line["what"] == "boost") == [5, 6]
    said = Event.objects.filter(lead_id=near.id, kind="lead.scored").latest("at", "id").payload
    assert (said["band_before"], said["band_after"], said["after"]) == ("warm", "hot", 79)


@pytest.mark.req("PLUS-04")
def test_an_act_under_boost_moves_the_band_at_once_and_its_withdrawal_and_its_age_move_it_back(cast, lead_of, reading):
    reading(mode="boost")
    lead = lead_of(cast.owner, facts={}, answers=NEAR, source="")
    assert verdict(lead)[1::3] == ("warm", 0)
    act = activities.log("stakeholder_meeting", lead=lead, by=cast.owner.actor, at=now(), seniority="none")
    assert verdict(lead)[1::3] == ("hot", 5)
    activities.withdraw(act, reason="it was another lead", by=cast.owner.actor, at=now())
    assert verdict(lead)[1::3] == ("warm", 0)
    activities.log("stakeholder_meeting", lead=lead, by=cast.owner.actor, at=now(), seniority="none")
    later = now() + timedelta(days=active().playbook.heat.boost_once_per_days.value + 1)
    assert rescoring.aged_leads(later) == [lead.id]
    rescoring.rescore_chunk("lead", [lead.id], by=SYSTEM_ACTOR, at=later)
    assert verdict(lead)[1::3] == ("warm", 0)


@pytest.mark.req("PLUS-04")
def test_boost_stands_beside_the_total_when_grades_are_on_the_base(near, reading):
    reading(mode="boost", grade_on="base")
    assert verdict(near)[:3] == (79, "warm", "warm")
    assert near.heat == 11


@pytest.mark.req("PLUS-04", "PLUS-02")
def test_boost_lifts_a_provisional_band_but_never_to_hot(cast, lead_of, reading):
    reading(mode="boost")
    few = {"technology_stack": "legacy", "market_leadership": "leader", "geographic_market": "secondary",
           "innovation": "moderate"}  # fmt: skip
    cold = lead_of(cast.owner, facts={}, answers=few, source="")
    warm = lead_of(cast.owner, name="B", facts={}, answers=few | {"technology_stack": "advanced"}, source="")
    assert [(verdict(lead)[1], lead.band_provisional) for lead in (cold, warm)] == [("cold", True), ("warm", True)]
    for lead in (cold, warm):
        for kind in MET:
            activities.log(kind, lead=lead, by=cast.owner.actor, at=now(), seniority="none")
        assert (verdict(lead)[1], lead.band_provisional, lead.heat) == ("warm", True, 11)


@pytest.mark.req("PLUS-04")
def test_recompute_only_keeps_no_heat_and_scores_anew(near, reading):
    reading(mode="recompute_only")
    assert verdict(near)[:3] == (79, "warm", "warm")
    assert near.heat == 0


@pytest.mark.req("PLUS-04", "LEAD-23")
def test_who_tries_boost_is_told_who_would_move(near):
    (moved,) = what_if.compare(active().playbook, with_set(active().playbook, {"lead.triggers.mode": "boost"})).leads_moved
    assert (moved.id, moved.before, moved.after, moved.score_before, moved.score_after) == (near.id, "warm", "hot", 79, 79)


@pytest.mark.req("PLUS-04")
@pytest.mark.parametrize(
    ("mode", "says", "silent"),
    [("heat", "heat 16", "Boost"), ("boost", "Boost +11 makes 90", "heat 1"), ("recompute_only", "intent", "heat 0")],
)
def test_the_page_names_what_stands_beside_the_total(cast, near, reading, door, mode, says, silent):
    if mode != "heat":
        reading(mode=mode)
    page = door(cast.owner).get(f"/leads/{near.id}/score/").content.decode()
    assert says in page
    assert silent not in page
    assert ">79<" in page
