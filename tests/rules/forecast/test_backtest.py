"""The back-test: ranges hold as often as they say, and the mean beats the simple ways."""

from __future__ import annotations

from datetime import date
from itertools import pairwise

import pytest

from bench import forecast
from bench._deals import MAVEN_PRIOR, company, maven
from rounds.playbook import default
from rounds.rules.forecast.backtest import backtest, origins, score
from rounds.rules.forecast.history import LOST, WON, Spell, history_of
from rounds.rules.forecast.prior import prior_of


@pytest.mark.req("FORECAST-02", "FORECAST-06")
def test_eight_of_ten_ranges_of_simulated_companies_hold():
    quarter = {"this quarter": forecast.to_quarters_end}
    each = {seed: forecast.on_company(seed, 120, quarter) for seed in forecast.SEEDS}
    for seed, trials in each.items():
        assert len(trials) >= 100
        assert 0.7 <= score(trials).held <= 0.9, f"company {seed}: a single one has some ten quarters, so chance has its part"
    found = score([one for trials in each.values() for one in trials])
    assert 0.75 <= found.held <= 0.85, found
    assert found.error < found.naive, found


@pytest.mark.public_data
@pytest.mark.req("FORECAST-02", "FORECAST-06")
def test_the_maven_deals_are_forecast_better_than_by_win_rate_times_mean_value(capsys):
    trials = forecast.on_maven()
    with capsys.disabled():
        forecast.told("Maven sample", trials)
    assert len({one.past.first for one in trials}) >= 30
    for horizon in {one.horizon for one in trials}:
        found = score([one for one in trials if one.horizon == horizon])
        assert found.error < found.naive, (horizon, found)
        assert found.held >= 0.7 > found.held_alone, (horizon, found)
    near = score([one for one in trials if one.horizon == "30 days"])
    assert near.error < 0.21, "age × month-of-quarter survival alone lies 21 % off"
    assert near.beside is not None
    assert near.before is not None
    assert near.beside < near.before, "better than the same days of the quarter before"


@pytest.mark.public_data
def test_the_mangled_dates_of_the_maven_deals_are_read():
    history = maven()
    assert len(history.spells) == 8300
    assert history.closed == 6711
    assert min(one.left for one in history.spells if one.left) == date(2017, 3, 1)
    assert all(one.left is None or one.left > one.entered for one in history.spells)


@pytest.mark.req("FORECAST-02")
def test_a_back_test_knows_nothing_of_what_comes_after_its_day():
    day = date(2022, 3, 7)
    whole, until_then = company(3), company(3).known_on(day)
    windows = {"this quarter": forecast.to_quarters_end}
    seen = [next(backtest(one, [day], windows, date(2025, 12, 31), prior_of(default()), default().forecast)) for one in (whole, until_then)]
    assert seen[0].forecast == seen[1].forecast
    assert seen[1].actual == 0


@pytest.mark.req("FORECAST-02")
def test_the_same_deals_give_the_same_range():
    run = [list(backtest(company(5), origins(date(2022, 1, 3), date(2022, 2, 28)), {"q": forecast.to_quarters_end}, date(2023, 1, 1),
                         prior_of(default()), default().forecast)) for _ in range(2)]  # fmt: skip
    assert run[0] == run[1]
    assert len(run[0]) == 9


def test_a_history_that_was_cut_off_forgets_what_came_later():
    rows = [Spell("a", "O1", date(2026, 1, 5), date(2026, 2, 1), "O2", 100), Spell("a", "O2", date(2026, 2, 1), date(2026, 3, 1), WON, 100, 90),
            Spell("b", "O1", date(2026, 1, 20), date(2026, 2, 10), LOST, 50)]  # fmt: skip
    known = history_of(rows).known_on(date(2026, 2, 5))
    assert [(one.key, one.stage) for one in known.open_on(date(2026, 2, 5))] == [("a", "O2"), ("b", "O1")]
    assert known.closed == 0
    assert known.won_cents(date(2026, 1, 1), date(2026, 12, 31)) == 0
    assert history_of(rows).won_cents(date(2026, 3, 1), date(2026, 3, 1)) == 90
    assert [one.deal for one in history_of(rows).first_spells] == ["a", "b"]


def test_origins_are_a_week_apart():
    days = origins(date(2026, 1, 5), date(2026, 2, 2))
    assert {(after - before).days for before, after in pairwise(days)} == {7}
    assert (days[0], days[-1]) == (date(2026, 1, 5), date(2026, 2, 2))
    assert MAVEN_PRIOR.stages == ("engaging",)
