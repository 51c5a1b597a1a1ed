"""How well we know somebody: recency, frequency, seniority, reciprocity, each with its points (ACCT-17)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from rounds.playbook import Playbook

Touch = tuple[datetime, str]
"""When, and whether it came "in" or went "out"."""


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a strength: its points of so many, and why."""

    part: str
    points: float
    most: int
    why: str


@dataclass(frozen=True, slots=True)
class Strength:
    """0 to 100; `parts` say why."""

    total: int
    parts: tuple[Part, ...]


def strength(playbook: Playbook, touches: Sequence[Touch], seniority: str, at: datetime) -> Strength | None:
    """The strength of one person's relationship at `at`; None where nobody was ever in touch."""
    book = playbook.relationships
    past = [(when, way) for when, way in touches if when <= at]
    if not past:
        return None
    within = [(when, way) for when, way in past if when > at - timedelta(days=book.window_days.value)]
    days = (at - max(when for when, _ in past)).total_seconds() / timedelta(days=1).total_seconds()
    span = book.recency.none_days - book.recency.full_days
    recent = min(1.0, max(0.0, (book.recency.none_days - days) / span))
    often = min(1.0, len(within) / book.frequency.full_touches)
    rank = book.seniority.levels.get(seniority, book.seniority.unknown) if within else 0.0
    came = sum(way == "in" for _, way in within) / len(within) if within else 0.0
    theirs = min(1.0, came / book.reciprocity.full_share) if book.reciprocity.full_share else 0.0
    weights = book.weights
    parts = (
        Part("recency", recent * weights.recency, weights.recency, f"last touch {days:.0f} days ago"),
        Part("frequency", often * weights.frequency, weights.frequency, f"{len(within)} touches in {book.window_days.value} days"),
        Part("seniority", rank * weights.seniority, weights.seniority, seniority or "seniority unknown"),
        Part("reciprocity", theirs * weights.reciprocity, weights.reciprocity, f"{came:.0%} came from them"),
    )
    return Strength(round(sum(part.points for part in parts)), parts)


def of_account(playbook: Playbook, strengths: Sequence[int | None]) -> int | None:
    """The strength of an account: the mean of its strongest people; None where nobody was ever in touch."""
    best = sorted((one for one in strengths if one is not None), reverse=True)[: playbook.relationships.account.best_of]
    return round(sum(best) / len(best)) if best else None
