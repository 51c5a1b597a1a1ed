"""The research a new lead needs: the four topics of the seed and the criteria that answer them (LEAD-27)."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

TOPICS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("Organisation size and type", ("organization_size", "geographic_market")),
    ("Technology stack", ("technology_stack", "it_infrastructure", "innovation")),
    ("Competitive positioning", ("market_leadership", "competitive_pressure")),
    ("Budget indicators", ("budget_allocation", "investment_capacity", "funding_sources")),
)
"""Topic → the criteria that answer it (001 Stage 1 Key Activities, Account research)."""


@dataclass(frozen=True, slots=True)
class Known:
    """One topic: which of its criteria are known and which are open."""

    title: str
    known: tuple[str, ...]
    open: tuple[str, ...]


def topics(there: Collection[str], missing: Collection[str]) -> list[Known]:
    """The topics over the criteria the model has (`there`), split by what is `missing`."""
    return [
        Known(title, tuple(c for c in codes if c in there and c not in missing), tuple(c for c in codes if c in there and c in missing))
        for title, codes in TOPICS
    ]
