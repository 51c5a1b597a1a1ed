"""What is learned from deals: little data says what the playbook says, much says what happened."""

from __future__ import annotations

import json
from datetime import date, timedelta

import numpy as np
import pytest

from rounds.playbook import default
from rounds.rules.forecast.calibration import Past, calibrate
from rounds.rules.forecast.chances import chances
from rounds.rules.forecast.history import LOST, WON, History, Open, Spell, history_of
from rounds.rules.forecast.interval import drawn
from rounds.rules.forecast.prior import Prior, prior_of
from rounds.rules.forecast.rates import as_data, from_data, learn, month_of_quarter

TODAY = date(2026, 10, 1)
END = date(2026, 12, 31)
RULES = default().forecast
ONE = Prior(("E",), {"E": 8.0}, {"E": {WON: 0.5, LOST: 0.5}})


def of(stage: str = "O8", age: int = 0, cents: int = 10_000_000) -> Open:
    return Open("d", stage, TODAY - timedelta(days=age), cents)


@pytest.mark.req("FORECAST-02", "PLUS-29")
def test_without_a_single_closed_deal_the_playbook_speaks():
    playbook = default()
    rates = learn(History((), date(2026, 1, 1)), TODAY, prior_of(playbook), RULES.learning)
    whole = chances(rates, TODAY, date(2036, 12, 31)).won([of(code) for code in rates.stages])
    for code, long in zip(rates.stages, whole, strict=True):
        assert long == pytest.approx(playbook.stages.by_code[code].chance.percent / 100, abs=0.02), code
    assert chances(rates, TODAY, END).won([of("O8")])[0] > chances(rates, TODAY, END).won([of("O2")])[0]
    assert rates.deals == 0


@pytest.mark.req("FORECAST-02", "PLUS-29")
def test_few_deals_move_the_chance_a_little_and_many_move_it_to_what_happened():
    def after(many: int) -> float:
        rows = [Spell(str(n), "E", TODAY - timedelta(days=400 + n % 200), TODAY - timedelta(days=340 + n % 200), WON if n % 10 else LOST, 100, 100) for n in range(many)]
        rates = learn(history_of(rows) if rows else History((), date(2024, 1, 1)), TODAY, ONE, RULES.learning)
        return float(chances(rates, TODAY, date(2030, 1, 1)).won([of("E")])[0])

    nothing, few, many = after(0), after(10), after(1000)
    assert nothing == pytest.approx(0.5, abs=0.01)
    assert nothing < few < 0.75
    assert many == pytest.approx(0.9, abs=0.03)


@pytest.mark.req("FORECAST-02")
def test_a_deal_that_stood_long_enough_is_nearer_to_its_end():
    rows = [Spell(str(n), "E", date(2023, 1, 1) + timedelta(days=n), date(2023, 1, 1) + timedelta(days=n + 70 + n % 21), WON, 100, 100) for n in range(900)]
    held = chances(learn(history_of(rows), TODAY, ONE, RULES.learning), TODAY, TODAY + timedelta(days=29))
    fresh, ripe = held.won([of("E", 0), of("E", 63)])
    assert fresh < 0.1
    assert ripe > 0.8


@pytest.mark.req("FORECAST-02")
def test_what_the_last_month_of_a_quarter_does_is_learned():
    rows, day, n = [], date(2022, 1, 1), 0
    while day < date(2026, 1, 1):
        for _ in range(6 if day.month % 3 == 0 else 1):
            n += 1
            rows.append(Spell(str(n), "E", day - timedelta(days=30 + n % 60), day, WON, 100, 100))
        day += timedelta(days=1)
    rates = learn(history_of(rows, begins=date(2022, 1, 1)), TODAY, ONE, RULES.learning)
    october, december = (float(chances(rates, first, first + timedelta(days=27)).won([Open("d", "E", first - timedelta(days=40), 1)])[0])
                         for first in (date(2026, 10, 1), date(2026, 12, 1)))  # fmt: skip
    assert december > 1.3 * october
    assert [month_of_quarter(date(2026, month, 1), 1) for month in (1, 6, 12)] == [0, 2, 2]
    assert month_of_quarter(date(2026, 2, 1), 2) == 0


@pytest.mark.req("FORECAST-02")
def test_chances_by_month_add_up_and_never_pass_one():
    rates = learn(History((), date(2026, 1, 1)), TODAY, prior_of(default()), RULES.learning)
    held, deals = chances(rates, TODAY, END), [of(code, age) for code in rates.stages for age in (0, 30, 300)]
    assert np.allclose(held.by_month(deals).sum(1), held.won(deals))
    assert np.all(held.won(deals) + held.lose(deals) <= 1 + 1e-9)
    assert held.months == (date(2026, 10, 1), date(2026, 11, 1), date(2026, 12, 1))
    assert chances(rates, TODAY, END).won([of("O99")])[0] == 0


@pytest.mark.req("FORECAST-02")
def test_the_range_is_in_order_seeded_and_wider_where_deals_have_something_in_common():
    rates = learn(History((), date(2026, 1, 1)), TODAY, prior_of(default()), RULES.learning)
    held, deals = chances(rates, TODAY, date(2027, 3, 31)), [Open(str(n), "O7", TODAY, 30_000_000) for n in range(60)]
    alone, together = (drawn(held, deals, RULES.range, shock=shock) for shock in (0.0, 0.3))
    assert alone.p10 < alone.p50 < alone.p90
    assert together.p90 - together.p10 > 1.5 * (alone.p90 - alone.p10)
    assert drawn(held, deals, RULES.range, shock=0.3) == together
    expected = float(held.won(deals).sum()) * 30_000_000
    assert alone.mean == pytest.approx(expected, rel=0.02)
    assert alone.plus(500).p10 == alone.p10 + 500
    assert drawn(held, [], RULES.range, shock=0.2).p90 == 0


@pytest.mark.req("FORECAST-06")
def test_past_forecasts_that_lay_off_widen_the_next_and_lean_it():
    def past(factor: float, count: int) -> list[Past]:
        return [Past(TODAY - timedelta(days=91 * (n + 1)), TODAY - timedelta(days=91 * n + 1), 100.0, 1.0, factor * 100, 2.0) for n in range(count)]

    nothing = calibrate([], 91, RULES.range)
    assert (nothing.lean, nothing.shock, nothing.width) == (1.0, RULES.range.shock, 1.0)
    leaning = calibrate(past(0.8, 12), 91, RULES.range)
    assert 0.8 < leaning.lean < 0.83
    assert leaning.shock < nothing.shock
    assert leaning.width > 1.5
    far = [Past(one.first, one.last, 100.0, 1.0, 100.0, 1e9) for one in past(1.0, 40)]
    assert calibrate(far, 91, RULES.range).width == RULES.range.most_width, "a forecast of nothing that was far off makes no range absurd"
    assert calibrate(past(0.8, 12), 365, RULES.range) == nothing, "windows of another length say nothing"


def test_rates_are_kept_as_plain_data():
    rates = learn(history_of([Spell("a", "O1", date(2026, 1, 5), date(2026, 2, 1), LOST, 100)]), TODAY, prior_of(default()), RULES.learning)
    assert from_data(json.loads(json.dumps(as_data(rates)))) == rates
