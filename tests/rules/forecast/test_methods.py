"""Four methods side by side, accuracy and its bias, slips, a deal's confidence, and money that is not approved yet."""

from __future__ import annotations

from datetime import date

import pytest

from rounds.playbook import default
from rounds.rules.forecast.accuracy import accuracy, record, slippage
from rounds.rules.forecast.confidence import Evidence, budget_flag, confidence
from rounds.rules.forecast.methods import Deal, methods, parted

FIRST, LAST, TODAY = date(2026, 10, 1), date(2026, 12, 31), date(2026, 11, 30)
DEALS = [
    Deal("a", "O7", "commit", 40_000_000, date(2026, 12, 15), 0.6),
    Deal("b", "O3", "pipeline", 20_000_000, date(2026, 12, 31), 0.05),
    Deal("past", "O8", "commit", 99_000_000, date(2026, 11, 29), 0.7),
    Deal("later", "O6", "best_case", 10_000_000, date(2027, 1, 1), 0.1),
    Deal("undated", "O5", "pipeline", 5_000_000, None, 0.2),
]


@pytest.mark.req("FORECAST-02")
def test_the_four_methods_stand_side_by_side():
    found = {one.method: one for one in methods(default(), parted(DEALS, FIRST, LAST, TODAY), outcomes={"O7": (40, 80)}, closed=90, learned_from=90)}
    assert found["weighted"].cents == 30_000_000 + 3_900_000
    assert found["category"].cents == 36_000_000 + 3_000_000
    assert found["historical"].cents == 22_000_000 + 3_900_000, "(40 + 20 × 75 %) ÷ (80 + 20) of a, the target of b that has no outcomes"
    assert found["model"].cents == 24_000_000 + 1_000_000 + 69_300_000 + 1_000_000 + 1_000_000
    assert "not a trained classifier" in found["model"].says
    assert [found[name].deals for name in ("weighted", "category", "historical", "model")] == [2, 2, 2, 5]


@pytest.mark.req("FORECAST-02", "PLUS-29")
def test_few_closed_deals_are_said_to_be_few():
    few, many = ({one.method: one.says for one in methods(default(), parted(DEALS, FIRST, LAST, TODAY), outcomes={}, closed=closed, learned_from=closed)}["historical"]
                 for closed in (12, 30))  # fmt: skip
    assert "Few: from 30 closed deals on" in few
    assert "Few" not in many


@pytest.mark.req("FORECAST-01")
def test_past_close_dates_are_listed_and_counted_nowhere():
    found = parted(DEALS, FIRST, LAST, TODAY)
    assert [[deal.key for deal in part] for part in (found.inside, found.past, found.later, found.undated)] == [["a", "b"], ["past"], ["later"], ["undated"]]


@pytest.mark.req("FORECAST-06")
@pytest.mark.parametrize(("forecast", "actual", "right", "bias"), [
    (90, 100, 0.9, -0.1), (125, 100, 0.75, 0.25), (100, 100, 1.0, 0.0), (300, 100, 0.0, 2.0), (100, 0, None, None), (0, 0, None, None),
])  # fmt: skip
def test_accuracy_and_its_bias(forecast, actual, right, bias):
    found = accuracy(forecast, actual)
    assert found.accuracy == pytest.approx(right) if right is not None else found.accuracy is None
    assert found.bias == pytest.approx(bias) if bias is not None else found.bias is None


@pytest.mark.req("FORECAST-06")
def test_a_record_says_which_way_somebody_leans():
    found = record([(120, 100), (90, 100), (130, 100), (50, 0)])
    assert (found.n, found.sign) == (3, "+")
    assert found.accuracy == pytest.approx((0.8 + 0.9 + 0.7) / 3)
    assert found.bias == pytest.approx(0.4 / 3)
    assert record([(80, 100)]).sign == "−"
    assert record([]).accuracy is None


@pytest.mark.req("FORECAST-05")
def test_slips_are_counted_from_the_close_that_was_said_first():
    said = [None, date(2026, 9, 30), date(2026, 12, 31), date(2026, 11, 30), date(2027, 3, 31)]
    found = slippage(said, None, serial=2)
    assert (found.first, found.now, found.pushes, found.pulls, found.days, found.serial) == (date(2026, 9, 30), date(2027, 3, 31), 2, 1, 182, True)
    assert slippage(said[:3], date(2026, 9, 20), serial=2).days == -10
    assert slippage([None], None, serial=2).pushes == 0


@pytest.mark.req("FORECAST-07")
def test_confidence_names_its_weakest_reason_first():
    sure = confidence(default(), Evidence("O7", 10, 16, 16, 8, True, True, 0))
    assert (sure.points, sure.band) == (100, "high")
    thin = confidence(default(), Evidence("O7", 300, 8, 16, 1, False, False, 3))
    assert thin.weakest.part == "age"
    assert {reason.part: reason.points for reason in thin.reasons} == {"age": 0, "criteria": 18, "people": 3, "slips": 0}
    assert (thin.points, thin.band) == (21, "low")
    assert any("no champion; nobody who holds the money" in reason.says for reason in thin.reasons)
    assert sum(reason.most for reason in thin.reasons) == 100


@pytest.mark.req("FORECAST-08", "PLUS-10")
def test_a_deal_that_closes_before_the_customers_budget_is_approved_is_flagged():
    same = {"fye_month": 6, "opened": date(2026, 5, 1), "approved": False}
    early = budget_flag(default(), close_on=date(2026, 12, 15), **same)
    assert early is not None
    assert early.approved_on == date(2027, 6, 30), "June's budget was asked for until March: a deal of May is asked for in the next round"
    assert "fiscal year 2028" in early.says
    assert budget_flag(default(), close_on=date(2027, 7, 15), **same) is None
    assert budget_flag(default(), close_on=date(2026, 12, 15), **{**same, "approved": True}) is None
    assert budget_flag(default(), close_on=date(2026, 12, 15), **{**same, "fye_month": None}) is None
    assert budget_flag(default(), close_on=date(2026, 7, 15), **{**same, "opened": date(2025, 12, 1)}) is None
