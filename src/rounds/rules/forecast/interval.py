"""How much a window may bring: many seeded draws, in which deals are won or not and a window is good or bad for all of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from rounds.rules.forecast.chances import Chances
from rounds.rules.forecast.history import Open

if TYPE_CHECKING:
    import numpy as np

    from rounds.playbook.shapes.forecast import Spread

BLOCK = 250
"""Draws at a time: bounds the memory to BLOCK × deals."""


@dataclass(frozen=True, slots=True)
class Range:
    """Cents: one in ten ends below `p10`, one in two below `p50`, nine in ten below `p90`; `mean` of all `draws`, which are
    sorted; `variance` of them."""

    p10: int
    p50: int
    p90: int
    mean: int
    variance: float
    draws: tuple[int, ...] = ()

    def wider(self, by: float) -> Range:
        """The same, P10 and P90 so many times as far from P50; never below nothing."""
        low, high = (self.p50 + (side - self.p50) * by for side in (self.p10, self.p90))
        return replace(self, p10=max(0, round(low)), p90=round(high))

    def off(self, actual: float) -> float:
        """How far `actual` lies from P50, in half widths of the side it lies on."""
        side = self.p90 - self.p50 if actual >= self.p50 else self.p50 - self.p10
        return abs(actual - self.p50) / max(side, 1)

    def plus(self, certain: int) -> Range:
        """The same and so many cents that are certain."""
        sides = {name: getattr(self, name) + certain for name in ("p10", "p50", "p90", "mean")}
        return replace(self, **sides, draws=tuple(one + certain for one in self.draws))


def drawn(chances: Chances, deals: Sequence[Open], rule: Spread, *, shock: float, lean: float = 1.0, fresh: float = 1.0, place: int = 0) -> Range:
    """The range of a window. `shock` is how far a window may lie off for all deals alike (the standard deviation of a factor
    around `lean`); without it every deal falls for itself, which is far too narrow. `fresh`: which share of the deals that do
    not exist yet counts as well. `place` gives each of many windows draws of its own."""
    import numpy as np

    rng = np.random.default_rng([rule.seed, place])
    factor = lean * np.exp(shock * rng.standard_normal(rule.draws) - shock**2 / 2)
    total = np.zeros(rule.draws)
    if deals:
        chance = chances.won(deals).astype(np.float32)
        cents = np.array([deal.cents for deal in deals], dtype=np.float32)
        for block in range(0, rule.draws, BLOCK):
            here = factor[block : block + BLOCK, None].astype(np.float32)
            hits = rng.random((len(here), len(deals)), dtype=np.float32) < chance * here
            total[block : block + BLOCK] += hits.astype(np.float32) @ cents
    if fresh and chances.rates.amounts:
        total += _fresh(chances, factor * fresh, rng)
    total.sort()
    low, middle, high = (int(total[int((rule.draws - 1) * part)]) for part in (rule.low, 1 / 2, rule.high))
    return Range(low, middle, high, int(total.mean()), float(total.var()), tuple(int(x) for x in total))


def _fresh(chances: Chances, factor: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """What deals bring that do not exist yet: as many as of late, as large as those that were won."""
    import numpy as np

    rates = chances.rates
    came = max(sum(rates.per_week) * rates.weeks, 1 / 2)
    many = rng.gamma(came, 1 / came, len(factor)) * chances.newcomers * factor
    count = rng.poisson(many)
    picked = rng.choice(np.array(rates.amounts, dtype=float), int(count.sum()))
    return np.bincount(np.repeat(np.arange(len(factor)), count), weights=picked, minlength=len(factor))
