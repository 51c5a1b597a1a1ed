"""Who gets the credit: the touches of a way to a deal, each with its share, by five readings (LEAD-28, ANALYTICS-50).

Shares are exact fractions and sum to one whatever the reading.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Literal

from rounds.playbook.shapes.tended import Attribution

Model = Literal["first", "last", "linear", "position", "decay"]
MODELS: dict[Model, str] = {"first": "First touch", "last": "Last touch", "linear": "Linear", "position": "Position", "decay": "Time decay"}


def credits(book: Attribution, model: Model, touches: Sequence[tuple[str, datetime]]) -> dict[str, Fraction]:
    """The share of each channel in one success, from its touches (channel, when) in any order; nothing for none."""
    found: dict[str, Fraction] = {}
    ordered = sorted(touches, key=lambda touch: touch[1])
    for (channel, _), share in zip(ordered, _shares(book, model, [when for _, when in ordered]), strict=True):
        if share:
            found[channel] = found.get(channel, Fraction(0)) + share
    return found


def _shares(book: Attribution, model: Model, moments: Sequence[datetime]) -> list[Fraction]:
    """One share a touch, oldest first."""
    count = len(moments)
    if count <= 1:
        return [Fraction(1)] * count
    if model == "first":
        return [Fraction(1), *[Fraction(0)] * (count - 1)]
    if model == "last":
        return [*[Fraction(0)] * (count - 1), Fraction(1)]
    if model == "position":
        return _position(book, count)
    if model == "decay":
        weights = [_weight(book, moments[-1], moment) for moment in moments]
        return [weight / sum(weights) for weight in weights]
    return [Fraction(1, count)] * count


def _position(book: Attribution, count: int) -> list[Fraction]:
    """40 / 20 / 40: the first, all between, the last; of two each half by their weights."""
    first, last = Fraction(book.position.first, 100), Fraction(book.position.last, 100)
    if count == 2:
        return [first / (first + last), last / (first + last)]
    middle = (1 - first - last) / (count - 2)
    return [first, *[middle] * (count - 2), last]


def _weight(book: Attribution, last: datetime, moment: datetime) -> Fraction:
    """Half as much for each half-life before the last touch, in whole days so that the same days weigh the same."""
    days = (last - moment).days
    return Fraction(Decimal(2) ** (-Decimal(days) / book.decay.half_life_days))


def dealt(amount: int, shares: dict[str, Fraction]) -> dict[str, int]:
    """`amount` cents by shares, to the cent: what rounding leaves goes to the largest share, so that the sum is exact."""
    if not shares:
        return {}
    found = {channel: int(Decimal(amount * share.numerator / Decimal(share.denominator)).quantize(Decimal(1), ROUND_HALF_UP))
             for channel, share in shares.items()}  # fmt: skip
    largest = max(shares, key=lambda channel: (shares[channel], channel))
    found[largest] += amount - sum(found.values())
    return found
