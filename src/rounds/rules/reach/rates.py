"""A rate of few people, told with its interval or not at all (COMM-15)."""

from __future__ import annotations

from dataclasses import dataclass

from rounds.playbook.shapes.reaching import Trial
from rounds.rules.poc.intervals import wilson


@dataclass(frozen=True, slots=True)
class Rate:
    """`hits` of `n`, as a share with its interval; none of the three below the least number (`says` tells why)."""

    hits: int
    n: int
    share: float | None
    low: float | None
    high: float | None
    says: str


def rate(hits: int, n: int, book: Trial) -> Rate:
    """Wilson's interval at the confidence of the playbook; below its least number of letters nothing is claimed."""
    if n < book.least:
        return Rate(hits, n, None, None, None, f"Too few to say: {hits:,} of {n:,}, and {book.least:,} are asked for.")
    low, high = wilson(hits, n, book.confidence)
    return Rate(hits, n, hits / n, low, high, f"{hits / n:.1%}, between {low:.1%} and {high:.1%} at {book.confidence:.0%}")
