"""What a proof of concept is worth, and when patient data must be gone."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rounds.playbook import default
from rounds.rules import explain
from rounds.rules.facts import WrongFact
from rounds.rules.poc.data_clock import data_clock, due_on
from rounds.rules.poc.roi import Inputs, break_even, sensitivity, worth

ROI, PHI = default().poc_terms.roi, default().poc_terms.phi
MONEY = st.integers(0, 10**12).map(lambda cents: Decimal(cents) / 100)


@pytest.mark.req("POC-05")
def test_roi_payback_and_what_most_hangs_on():
    answer = explain(default(), "poc/roi", {"savings": 400000, "revenue": 100000, "cost": 250000, "one_time": 50000})
    assert (answer["benefit"], answer["cost"], answer["roi_percent"], answer["payback_months"]) == (500000, 300000, 66.7, 2.4)
    assert answer["sensitivity"][0] == {"input": "cost", "low": 100.0, "high": 42.9}
    assert break_even(Inputs(Decimal(400000), Decimal(100000), Decimal(250000), Decimal(50000))) == Decimal("0.400")


@pytest.mark.req("POC-05")
@given(MONEY, MONEY, MONEY, MONEY)
def test_no_cent_is_lost_and_the_answer_never_breaks(savings, revenue, cost, one_time):
    inputs = Inputs(savings, revenue, cost, one_time)
    found = worth(ROI, inputs)
    assert found.net == found.benefit - found.cost
    assert found.benefit == savings + revenue
    assert (found.percent is None) == (cost + one_time == 0)
    if found.percent is not None:
        assert (found.percent > 0) <= (found.net > 0)
    assert {swing.name for swing in sensitivity(ROI, inputs)} == {n for n in ("savings", "revenue", "cost", "one_time") if getattr(inputs, n)}
    assert worth(ROI, Inputs(savings + 1, revenue, cost, one_time)).net == found.net + 1


@pytest.mark.req("POC-05")
def test_what_never_pays_back_says_so():
    answer = explain(default(), "poc/roi", {"savings": 100, "cost": 200})
    assert (answer["roi_percent"], answer["payback_months"]) == (-50.0, None)
    with pytest.raises(WrongFact, match="no input"):
        explain(default(), "poc/roi", {"profit": 3})


@pytest.mark.req("PLUS-27")
def test_thirty_days_from_whichever_ended_first():
    assert due_on(PHI, []) is None
    assert due_on(PHI, [date(2026, 7, 1), date(2026, 6, 1)]) == date(2026, 7, 1)


@pytest.mark.req("PLUS-27")
@given(st.integers(-400, 400))
def test_the_clock_is_red_from_the_day_after_its_last_until_the_certificate(days):
    due = date(2026, 7, 1)
    today = due + timedelta(days=days)
    clock = data_clock(PHI, due, None, today)
    assert (clock.word == "overdue") == (today > due)
    assert clock.days == -days
    assert data_clock(PHI, due, today, today).word == "done"
