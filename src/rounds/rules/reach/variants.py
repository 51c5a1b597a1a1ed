"""A/B: who gets which variant, and what may be said of the outcome (COMM-06, COMM-15)."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from math import sqrt

from rounds.playbook.shapes.reaching import Trial
from rounds.playbook.shapes.sequences import Variant
from rounds.rules.poc.intervals import wilson


def allot(ways: Sequence[Variant], key: str) -> Variant:
    """The variant of this enrolment: always the same one, in the shares said. One whose share is nought gets nobody."""
    total = sum(way.share for way in ways)
    if not total:
        return ways[0]
    place = int.from_bytes(hashlib.sha256(key.encode()).digest()[:8]) % total
    for way in ways:
        if place < way.share:
            return way
        place -= way.share
    raise AssertionError("the shares add up to their sum")


@dataclass(frozen=True, slots=True)
class Arm:
    """What came of one variant: how many were sent, how many answered."""

    variant: str
    sent: int
    answered: int


@dataclass(frozen=True, slots=True)
class Compared:
    """Two variants: the difference of their rates with its interval, and a sentence that claims no more than it shows."""

    low: float | None
    high: float | None
    says: str


def compare(one: Arm, other: Arm, book: Trial) -> Compared:
    """Newcombe's interval for the difference of two shares. Below `least` sent a variant nothing is claimed."""
    if min(one.sent, other.sent) < book.least:
        need = book.least - min(one.sent, other.sent)
        return Compared(None, None, f"Too few to tell: {need:,} more of the smaller variant are needed.")
    low, high = _difference(one, other, book.confidence)
    better = one.variant if low > 0 else other.variant if high < 0 else ""
    said = f"{low:+.1%} to {high:+.1%} at {book.confidence:.0%}"
    return Compared(low, high, f"Variant {better} is answered more often ({said})." if better else f"No difference shown ({said}).")


def _difference(one: Arm, other: Arm, confidence: float) -> tuple[float, float]:
    p, q = one.answered / one.sent, other.answered / other.sent
    (l1, u1), (l2, u2) = wilson(one.answered, one.sent, confidence), wilson(other.answered, other.sent, confidence)
    return p - q - sqrt((p - l1) ** 2 + (u2 - q) ** 2), p - q + sqrt((u1 - p) ** 2 + (q - l2) ** 2)
