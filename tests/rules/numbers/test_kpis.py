"""Every KPI of the seed stands on the scorecard with the seed's target, and its verdict turns exactly there.

What waits for records that do not exist says for what: that is a line of the scorecard too, and no number.
"""

from __future__ import annotations

from fractions import Fraction

import pytest

from rounds.analytics.numbers.registry import metrics
from rounds.playbook import default
from rounds.playbook.shapes.measures import Target
from rounds.rules.numbers.judging import judged

BOOK = default()
LINES = {one.kpi: one for one in BOOK.scorecard.kpis}
HAIR = Fraction(1, 1000)


def aims(kpi: str) -> list[Target]:
    """The targets of a line: of its metric in targets.yaml, or its own."""
    return list(LINES[kpi].aims) or [one for one in BOOK.targets.targets if one.kpi == kpi]


@pytest.mark.req("KPI-02", "KPI-03", "KPI-04", "KPI-06", "KPI-07", "KPI-08", "KPI-09", "KPI-10", "KPI-11", "KPI-12", "KPI-14", "KPI-16", "KPI-18", "KPI-21",
                 "KPI-22", "KPI-29", "KPI-30", "KPI-34")  # fmt: skip
@pytest.mark.parametrize(("kpi", "metric", "met", "not_met"), [
    ("KPI-02", "clv", 2_000_000, 2_000_000 - HAIR), ("KPI-03", "clv_cac", 20, 20 - HAIR), ("KPI-04", "pipeline_coverage", 3, 3 - HAIR),
    ("KPI-06", "average_deal_size", 300_000, 300_000 - HAIR), ("KPI-07", "sales_cycle", Fraction("365.25"), Fraction("365.25") + HAIR),
    ("KPI-08", "lead_response", 2 - HAIR, 2), ("KPI-09", "demo_to_poc", 40, 40 - HAIR), ("KPI-10", "poc_success", 85, Fraction("84.96")),
    ("KPI-11", "poc_to_proposal", 65, 65 - HAIR), ("KPI-12", "proposal_to_close", 75, 75 - HAIR), ("KPI-14", "nps", 70, 70 - HAIR),
    ("KPI-14-001", "nps", 70 + HAIR, 70), ("KPI-16", "competitive_win_rate", 35, 35 - HAIR), ("KPI-18", "reference_rate", 60, 60 - HAIR),
    ("KPI-21", "qualified_leads", 500, 499), ("KPI-22", "qualification_rate", 30, 30 - HAIR), ("KPI-29", "compliance_rate", 95, Fraction("94.96")),
    ("KPI-30-1", "abm_engagement", 80, 80 - HAIR), ("KPI-30-2", "abm_conversion", 60, 60 - HAIR), ("KPI-30-3", "abm_engagement", 30, 30 - HAIR),
    ("KPI-34", "time_to_first_value", 90 - HAIR, 90), ("KPI-34-adoption", "provider_adoption", 80 + HAIR, 80)])  # fmt: skip
def test_a_number_is_met_exactly_at_the_target_of_the_seed_and_not_beside_it(kpi, metric, met, not_met):
    assert LINES[kpi].metric == metric
    assert metric in metrics()
    [aim] = aims(kpi)
    unit = metrics()[metric].unit
    assert judged(aim, Fraction(met), near=10, unit=unit).status == "met"
    assert judged(aim, Fraction(not_met), near=10, unit=unit).status == "near"
    assert judged(aim, None, near=10, unit=unit).status == "no data"


@pytest.mark.req("KPI-15", "KPI-19")
@pytest.mark.parametrize(("kpi", "met", "not_met"), [("KPI-15", 3, 4), ("KPI-17", 5, 6), ("KPI-19", 1, 2), ("KPI-20", 3, 2), ("KPI-34-uptime", Fraction("99.51"), Fraction("99.5"))])
def test_what_no_record_holds_is_entered_by_hand_against_the_target_of_the_seed(kpi, met, not_met):
    assert LINES[kpi].by_hand
    [aim] = aims(kpi)
    assert judged(aim, Fraction(met), near=0, unit=LINES[kpi].unit).status == "met"
    assert judged(aim, Fraction(not_met), near=0, unit=LINES[kpi].unit).status != "met"


@pytest.mark.req("KPI-26", "KPI-27", "KPI-28", "KPI-32", "KPI-33")
@pytest.mark.parametrize(("kpi", "percent", "way"), [
    ("KPI-26", 50, "less"), ("KPI-27", 30, "less"), ("KPI-28", 25, "more"), ("KPI-32-losses", 50, "less"), ("KPI-32-place", 25, "more"),
    ("KPI-33-pipeline", 200, "more"), ("KPI-33-win", 25, "more"), ("KPI-33-cycle", 30, "less"), ("KPI-33-size", 40, "more"),
    ("KPI-33-satisfaction", 50, "more")])  # fmt: skip
def test_what_is_to_be_better_is_so_by_the_percent_of_the_seed(kpi, percent, way):
    assert (LINES[kpi].change.percent, LINES[kpi].change.way) == (percent, way)


@pytest.mark.req("KPI-35")
def test_a_sound_pipeline_is_worth_enough_and_quick_enough():
    assert LINES["KPI-35"].metric == "sound_pipeline"
    assert "300" in LINES["KPI-35"].title


@pytest.mark.req("KPI-23", "KPI-24", "KPI-25", "KPI-31")
@pytest.mark.parametrize(("kpi", "low", "high"), [("KPI-23-hot", 90, None), ("KPI-23-warm", 60, 70), ("KPI-23-cold", 20, 30), ("KPI-24", 80, 90), ("KPI-24-hot", 80, 90), ("KPI-24-warm", 40, 60), ("KPI-24-cold", 10, 20), ("KPI-25", 35, 50), ("KPI-25-hot", 60, 80), ("KPI-31", 85, None)])
def test_what_is_asked_of_each_band_is_what_the_seed_says(kpi, low, high):
    line = LINES[kpi]
    assert line.waits_for or line.metric in metrics()
    [aim] = aims(kpi)
    assert (Fraction(aim.low or aim.value or 0), aim.high and Fraction(aim.high)) == (low, high)
