"""Tiers: gates, stage, holding, capacity, service."""

from __future__ import annotations

import pytest

from rounds.playbook import default
from rounds.rules import explain
from rounds.rules.tiers import capacity

STRATEGIC = {"score": 90, "deal_potential_usd": 3_000_000, "beds": 1200}
TRUST = default().tiers.stage.trust_at
TICKED = dict.fromkeys(default().tiers.tiers[0].qualitative, True)


def tier(**facts):
    return explain(default(), "tiers/abm", facts)


@pytest.mark.req("ABM-11")
def test_an_account_learns_which_gates_failed_and_what_would_move_it_up():
    answer = tier(score=72, deal_potential_usd=600_000, beds=450)
    assert answer["tier"] == 3
    assert answer["passed_gates"]["tier_2"] == ["score", "deal"]
    assert answer["failed_gates"]["tier_2"] == ["beds"]
    (up,) = answer["moves_up"]
    assert (up["tier"], up["gate"]) == (2, "beds")
    assert up["need"].startswith("beds of at least 500 or kind of network regional or specialty")
    assert up["need"].endswith("(now 450)")
    assert tier()["tier"] is None
    assert tier()["missing"] == ["score", "deal_potential_usd", "beds"]
    assert "(not known)" in tier()["moves_up"][0]["need"]
    assert tier(**STRATEGIC)["moves_up"] == []


@pytest.mark.req("PLUS-08", "ABM-08")
def test_only_full_evidence_confirms():
    assert tier(**STRATEGIC)["stage"] == "provisional"
    assert len(tier(**STRATEGIC)["unticked"]["tier_1"]) == 5
    assert tier(**STRATEGIC, gates=TICKED)["stage"] == "provisional"
    assert tier(**STRATEGIC, gates=TICKED, evidence_days=180)["stage"] == "confirmed"
    assert tier(**STRATEGIC, gates=TICKED, evidence_days=181)["stage"] == "provisional"
    assert tier(**STRATEGIC, gates=TICKED | {"market_influence": False}, evidence_days=1)["stage"] == "provisional"


@pytest.mark.req("PLUS-08")
def test_where_little_is_known_the_rate_on_known_criteria_counts():
    little = tier(
        score=42,
        score_rate=0.85,
        completeness=round(TRUST - 0.01, 2),
        deal_potential_usd=3_000_000,
        beds=1200,
        gates=TICKED,
        evidence_days=1,
    )
    assert (little["tier"], little["stage"], little["score_basis"]) == (1, "provisional", "known_rate")
    much = tier(score=42, score_rate=0.85, completeness=TRUST, deal_potential_usd=3_000_000, beds=1200)
    assert (much["tier"], much["score_basis"]) == (3, "total")


@pytest.mark.req("PLUS-08", "ABM-14")
def test_a_tier_is_lost_slowly_and_never_while_a_deal_is_open():
    fallen = {"score": 75, "deal_potential_usd": 3_000_000, "beds": 1200, "current_tier": 1}
    held = tier(**fallen)
    assert (held["tier"], held["computed_tier"]) == (1, 2)
    assert "fewer than 2 quarters" in held["held"]
    assert tier(**fallen, quarters_below=2)["tier"] == 2
    assert tier(**fallen, points_lost=10)["tier"] == 2
    assert tier(**fallen, points_lost=40, quarters_below=9, open_deal=True)["tier"] == 1
    assert tier(**STRATEGIC, current_tier=3)["tier"] == 1
    assert tier(score=10, current_tier=3, quarters_below=2)["tier"] is None


@pytest.mark.req("ABM-12")
def test_capacity_proposes_the_lowest_scored_and_demotes_nobody():
    accounts = [(number, 1, float(number)) for number in range(103)] + [(999, 1, None), (500, 2, 70.0), (7, None, 3.0)]
    first, second, third = capacity(default(), accounts)
    assert (first["count"], first["state"], first["review"]) == (104, "over", [999, 0, 1, 2])
    assert (second["count"], second["state"], second["review"]) == (1, "under", [])
    assert (third["low"], third["high"]) == (1000, 2000)


@pytest.mark.req("ABM-13")
def test_a_tier_says_how_it_is_served():
    service = tier(**STRATEGIC)["service"]
    assert (service["campaign"], service["delivery"], service["owner_role"]) == (
        "Personalized 1:1",
        "White-glove",
        "senior_ae",
    )
