"""The amounts of deals: another currency, a term, parents and children. Cents are integers, rates decimals."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

MOST_CENTS = 10**14
"""A thousand billion dollars: what no deal is."""


def rate_of(text: str) -> Decimal | None:
    """A rate as it was written; None for what is no rate above nothing."""
    try:
        rate = Decimal(text.strip())
    except (InvalidOperation, AttributeError):
        return None
    return rate if rate.is_finite() and Decimal("0.000001") <= rate <= Decimal("1000000") else None


def in_company(cents: int, rate: Decimal) -> int:
    """An amount in the company's currency: so many of it for one of the deal's, half-up."""
    return int((Decimal(cents) * rate).quantize(Decimal(1), ROUND_HALF_UP))


def counted(own: int | None, children: Sequence[int]) -> int:
    """What a deal itself adds to a sum in which those below it stand as well: what they do not account for (PIPE-29)."""
    return max(0, (own or 0) - sum(children))


def rolled_up(own: int | None, children: Sequence[int]) -> int:
    """What a deal and those below it bring together: its own total where it says one that holds them, else theirs."""
    return counted(own, children) + sum(children)
