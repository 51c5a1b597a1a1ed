"""Metrics asked by name: the formulas, the readings, and what cannot be counted."""

from __future__ import annotations

import pytest

from rounds.playbook import default
from rounds.rules import explain
from rounds.rules.facts import WrongFact

BOOK = default()


@pytest.mark.req("ANALYTICS-12")
def test_coverage_is_of_what_is_left_of_the_quota_or_of_all_of_it():
    given = {"open_usd": 900_000, "quota_usd": 500_000, "won_usd": 200_000}
    assert explain(BOOK, "metrics/pipeline_coverage", given)["value"] == 3.0
    assert explain(BOOK, "metrics/pipeline_coverage", given, set={"denominator": "full_quota"})["value"] == 1.8
    assert explain(BOOK, "metrics/pipeline_coverage", given | {"won_usd": 500_000})["value"] is None, "nothing is left to cover"


@pytest.mark.req("KPI-05", "ANALYTICS-02")
def test_a_share_is_met_exactly_or_not():
    assert explain(BOOK, "metrics/win_rate", {"won": 25, "lost": 75})["status"] == "met"
    assert explain(BOOK, "metrics/win_rate", {"won": 2499, "lost": 7501})["status"] == "near", "24.99 % is not 25 %"
    assert explain(BOOK, "metrics/win_rate", {"won": 0, "lost": 0})["status"] == "no data"


@pytest.mark.req("ANALYTICS-14", "ANALYTICS-42")
def test_accuracy_is_never_below_nothing_and_velocity_is_dollars_a_day():
    assert explain(BOOK, "metrics/forecast_accuracy", {"forecast_usd": 90, "actual_usd": 100})["value"] == 0.9
    assert explain(BOOK, "metrics/forecast_accuracy", {"forecast_usd": 900, "actual_usd": 100})["value"] == 0.0
    assert explain(BOOK, "metrics/pipeline_velocity", {"open_deals": 10, "win_rate": 0.5, "average_deal_usd": 100, "cycle_days": 80})["value"] == 6.25


@pytest.mark.req("ANALYTICS-06")
def test_a_customer_who_never_leaves_is_not_worth_endless_money():
    assert explain(BOOK, "metrics/clv", {"arr_per_customer_usd": 100, "gross_margin": 1, "annual_churn": 0})["value"] == 2000.0


def test_what_is_missing_and_what_is_wrong_is_named():
    assert explain(BOOK, "metrics/cac", {"sales_spend_usd": 1})["missing"] == ["marketing_spend_usd", "new_customers"]
    with pytest.raises(WrongFact, match="gross_margin must be a number from 0 to 1"):
        explain(BOOK, "metrics/clv", {"arr_per_customer_usd": 1, "gross_margin": 70, "annual_churn": 0.1})
    with pytest.raises(WrongFact, match="above 100 %"):
        explain(BOOK, "metrics/win_rate_target", {"baseline": 0.9, "uplift_pct": 25})


@pytest.mark.req("X-2")
@pytest.mark.parametrize(("rule", "given"), [
    ("metrics/win_rate", {"won": 3, "lost": 9}), ("metrics/stage_conversion", {"demos": 10, "pocs": 5}), ("metrics/win_rate_target", {"baseline": 0.2, "uplift_pct": 10}),
])  # fmt: skip
def test_facts_the_sum_does_not_ask_for_change_nothing(rule, given):
    others = {"metro": False, "ehr": "Epic", "beds": 400}
    assert explain(BOOK, rule, {**given, **others}) == explain(BOOK, rule, given)
