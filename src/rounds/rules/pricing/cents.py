"""Whole cents and basis points: half-up, and split so that the parts are the whole. No float comes near money."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

BASE = 10_000
"""Basis points of a whole: a hundredth of a percent each. So are weights of 100 times scores of 100."""


def over(numerator: int, denominator: int) -> int:
    """`numerator / denominator`, half-up (away from zero at the half). `denominator` > 0."""
    sign = -1 if numerator < 0 else 1
    return sign * ((2 * abs(numerator) + denominator) // (2 * denominator))


def part(cents: int, bp: int) -> int:
    """So many basis points of an amount."""
    return over(cents * bp, BASE)


def bp_of(percent: Any) -> int:
    """A percentage as basis points: 12.5 → 1250, half-up."""
    return int((Decimal(str(percent)) * 100).quantize(Decimal(1), rounding=ROUND_HALF_UP))


def percent(bp: int) -> float:
    """Basis points as a percentage for showing: 1250 → 12.5."""
    return bp / 100


def split(cents: int, weights: Sequence[int]) -> list[int]:
    """`cents` ≥ 0 shared by weights: the parts sum to the whole, none differs by a cent or more from its due share.

    What is left over goes to the largest remainders, the first of equal ones. Weights of nothing share equally.
    """
    shares = list(weights) if sum(weights) else [1] * len(weights)
    if not shares:
        return []
    total = sum(shares)
    found = [cents * weight // total for weight in shares]
    left = cents - sum(found)
    order = sorted(range(len(shares)), key=lambda place: (-(cents * shares[place] % total), place))
    for place in order[:left]:
        found[place] += 1
    return found
