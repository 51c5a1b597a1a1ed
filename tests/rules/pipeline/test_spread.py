"""The range beside a weighted total: what a drawing of many thousand cases says as well."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rounds.playbook import default
from rounds.rules.pipeline.probability import Chance, chance, weighted
from rounds.rules.pipeline.spread import Share, spread

BOOK = default()


def of(amounts, one):
    return Share(sum(amounts), float(sum(cents * cents for cents in amounts)), one)


@pytest.mark.req("PLUS-29")
def test_one_deal_is_all_or_nothing_and_many_draw_together():
    single = spread(BOOK, [of([100_000_00], chance(BOOK, "O6"))])
    assert (single.weighted, single.low, single.high, single.target) == (48_750_00, 0, 100_000_00, True)
    unlikely = spread(BOOK, [of([100_000_00], chance(BOOK, "O2"))])
    assert (unlikely.low, unlikely.high) == (0, unlikely.weighted), "it brings nothing in nine cases of ten, and the range holds the total"
    many = spread(BOOK, [of([1_000_00] * 100, chance(BOOK, "O6"))])
    assert many.weighted == single.weighted
    assert 0 < many.low < many.weighted < many.high < 100_000_00


@pytest.mark.req("PLUS-29")
def test_our_own_closed_deals_make_it_narrower():
    targeted = spread(BOOK, [of([1_000_00] * 200, chance(BOOK, "O6"))])
    own = spread(BOOK, [of([1_000_00] * 200, chance(BOOK, "O6", {"O6": (195, 400)}, 400))])
    assert (targeted.target, own.target) == (True, False)
    assert own.high - own.low < (targeted.high - targeted.low) / 2


@pytest.mark.req("PLUS-29")
def test_it_is_what_drawing_says():
    """Twelve deals in two stages, drawn: the chance of a stage by the target's weight, then each deal by it."""
    stages = {"O3": [40_000_00, 55_000_00, 25_000_00, 80_000_00, 60_000_00, 30_000_00], "O7": [90_000_00, 45_000_00, 70_000_00, 20_000_00, 50_000_00, 35_000_00]}
    found = spread(BOOK, [of(amounts, chance(BOOK, code)) for code, amounts in stages.items()])
    dice, totals, weight = random.Random(4), [], BOOK.stages.probability.weight
    for _ in range(20_000):
        total = 0
        for code, amounts in stages.items():
            target = chance(BOOK, code).bp / 10_000
            drawn = dice.betavariate(target * weight, (1 - target) * weight)
            total += sum(cents for cents in amounts if dice.random() < drawn)
        totals.append(total)
    totals.sort()
    low, high = totals[2_000], totals[18_000]
    assert abs(found.low - low) < 0.03 * sum(map(sum, stages.values()))
    assert abs(found.high - high) < 0.03 * sum(map(sum, stages.values()))


@pytest.mark.req("PLUS-29")
@settings(deadline=None, max_examples=60)
@given(st.lists(st.tuples(st.lists(st.integers(0, 10**11), max_size=6), st.integers(0, 10_000), st.integers(0, 500)), max_size=5))
def test_it_holds_the_total_and_stays_between_nothing_and_everything(stages):
    shares = [of(amounts, Chance("O3", bp, bp, "actual", 0, deals)) for amounts, bp, deals in stages]
    found = spread(BOOK, shares)
    assert found.weighted == sum(weighted(one.cents, one.chance.bp) for one in shares)
    assert 0 <= found.low <= found.weighted <= found.high <= sum(one.cents for one in shares) + 1
