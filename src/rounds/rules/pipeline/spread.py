"""How far a weighted total may be off: the range beside it (PLUS-29).

Every deal is won or not by the chance of its stage, and the chance itself is only as sure as the deals it rests on: the
target counts as so many (the playbook's weight), each closed deal as one more. So a target-derived total is wide and grows
narrow as our own deals close. The total lies between nothing and the sum of its deals; its mean and variance are those of
that drawing (exact), its shape a beta distribution over that span: with one deal it is all or nothing, with many a bell. The range always holds the total it stands beside, though a deal that
is hardly ever won brings nothing in most cases.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from rounds.playbook import Playbook
from rounds.rules.beta import below
from rounds.rules.pipeline.probability import Chance, weighted
from rounds.rules.pricing.cents import BASE as WHOLE

STEPS = 60
"""Halvings of the span in the search for a quantile: more than a cent of any total."""


@dataclass(frozen=True, slots=True)
class Share:
    """The deals of one stage: the sum of their cents, the sum of the squares of them, and the chance of the stage."""

    cents: int
    squares: float
    chance: Chance


@dataclass(frozen=True, slots=True)
class Spread:
    """A weighted total in cents with its range; `target`: some of its chances are target-derived."""

    weighted: int
    low: int
    high: int
    percent: float
    target: bool


def spread(playbook: Playbook, shares: Iterable[Share]) -> Spread:
    """The weighted total of deals of several stages, and between which amounts it falls in `percent` of all cases."""
    book, most, mean, variance, said, target = playbook.stages.probability, 0, 0.0, 0.0, 0, False
    for one in shares:
        chance = one.chance.bp / WHOLE
        doubt = 0.0 if one.chance.basis == "closed" else chance * (1 - chance) / (book.weight + one.chance.deals + 1)
        most, mean, said = most + one.cents, mean + one.cents * chance, said + weighted(one.cents, one.chance.bp)
        variance += one.squares * (chance * (1 - chance) - doubt) + float(one.cents) ** 2 * doubt
        target = target or (one.chance.basis == "target" and one.cents > 0)
    tail = (1 - book.spread.percent / 100) / 2
    low, high = (round(quantile(mean / most, variance / most**2, part) * most) if most else 0 for part in (tail, 1 - tail))
    return Spread(said, min(low, said), max(high, said), book.spread.percent, target)


def quantile(mean: float, variance: float, part: float) -> float:
    """The value below which `part` of a beta distribution of this mean and variance lies, between 0 and 1."""
    if variance <= 0 or not 0 < mean < 1:
        return mean
    size = mean * (1 - mean) / variance - 1
    if size * STEPS <= 1:  # all or nothing
        return 1.0 if part > 1 - mean else 0.0
    low, high = 0.0, 1.0
    for _ in range(STEPS):
        middle = (low + high) / 2
        low, high = (middle, high) if below(middle, mean * size, (1 - mean) * size) < part else (low, middle)
    return (low + high) / 2
