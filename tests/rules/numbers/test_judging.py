"""A number against its target: exact, and never shown across it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rounds.playbook import default
from rounds.playbook.shapes.measures import Target, Targets
from rounds.rules.numbers.judging import bounds, judged
from rounds.rules.numbers.showing import short, shown

BOOK = default()
SHARES = st.fractions(min_value=0, max_value=100, max_denominator=100_000)


def target(metric: str, kpi: str = "") -> Target:
    return next(one for one in BOOK.targets.targets if one.metric == metric and kpi in ("", one.kpi))


def status(metric: str, value, unit: str = "percent", kpi: str = "") -> str:
    return judged(target(metric, kpi), value, near=10, unit=unit).status


@pytest.mark.req("KPI-01")
def test_a_hundredth_below_the_target_is_not_the_target():
    value = Fraction("84.96")
    assert status("poc_success", value) == "near"
    assert shown(value, "percent", bounds(target("poc_success"))) == "84.96 %", "not 85.0 %"
    assert status("poc_success", Fraction(85)) == "met"


@pytest.mark.req("KPI-01")
@given(SHARES)
def test_what_is_shown_is_met_where_the_number_is(value):
    said = shown(value, "percent", bounds(target("poc_success")))
    read = Fraction(Decimal(said.removesuffix(" %").replace(",", "")))
    assert (read >= 85) == (value >= 85)


@pytest.mark.req("KPI-01")
@pytest.mark.parametrize(("metric", "value", "unit", "expected"), [
    ("cac", 75_000, "money", "met"), ("clv", 2_100_000, "money", "met"), ("clv_cac", 28, "times", "met"), ("win_rate", 30, "percent", "met"),
    ("win_rate", 24, "percent", "near"), ("win_rate", 10, "percent", "missed"), ("time_to_first_value", 89, "days", "met"), ("time_to_first_value", 90, "days", "near"),
    ("lead_response", 2, "hours", "near"), ("sales_cycle", 300, "days", "met"),
])  # fmt: skip
def test_targets_of_the_seeds(metric, value, unit, expected):
    assert status(metric, Fraction(value), unit) == expected


@pytest.mark.req("KPI-01")
def test_better_than_a_range_is_met_and_said():
    for metric, value in (("win_rate", 50), ("cac", 20_000), ("sales_cycle", 100)):
        verdict = judged(target(metric), Fraction(value), near=10, unit="percent")
        assert (verdict.status, verdict.beyond) == ("met", True)


@pytest.mark.req("KPI-01")
def test_nps_of_70_meets_one_target_and_misses_the_other():
    assert status("nps", Fraction(70), "score", "KPI-14") == "met"
    assert status("nps", Fraction(70), "score", "KPI-14-001") != "met"
    assert status("nps", Fraction(71), "score", "KPI-14-001") == "met"


@pytest.mark.req("KPI-01")
def test_an_old_period_is_judged_by_the_target_of_its_time():
    said = {"kpi": "K", "metric": "win_rate", "title": "t", "comparator": "at_least", "added": True}
    targets = Targets(rule="r", title="t", targets=(Target(**said, value=20), Target(**said, value=30, since="2026-07-01")))
    assert [one.value for one in targets.of("win_rate", date(2026, 6, 30))] == [20]
    assert [one.value for one in targets.of("win_rate", date(2026, 7, 1))] == [30]


def test_money_is_short_where_there_is_little_room():
    assert short(Fraction(5_412_000), "money") == "$5.41M"
    assert short(Fraction(-240_000), "money") == "−$240k"
    assert shown(Fraction(299_999, 1), "money") == "$299,999"
    assert shown(Fraction("299999.60"), "money", (Fraction(300_000),)) == "$299,999.60"
