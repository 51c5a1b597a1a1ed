"""The market: what nobody is talking to, tier by fit, budget windows, and the points of the map."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from django.db.models import Count, Q, QuerySet, Sum

from rounds.kit.albers import albers_usa
from rounds.models.listing import Query
from rounds.playbook import Playbook
from rounds.rules import budget

MOST_POINTS = 6_000
"""Dots on the map at most: the largest by potential. More would be a blot, and the table holds them all."""

WINDOW_CODES = {"open": 0, "soon": 1, "later": 2}


@dataclass(frozen=True)
class Heads:
    """The figures of the page's first lines. Money in cents."""

    units: int
    systems: int
    hospitals: int
    white: int
    white_cents: int
    white_tier_1: int
    white_window: int

    @property
    def independents(self) -> int:
        return self.units - self.systems


def without(query: Query, *fields: str) -> Query:
    """`query` less its conditions on `fields`; a group that becomes empty goes with them."""
    groups = [tuple(c for c in group if c.field.name not in fields) for group in query.groups]
    # An alternative that is left without conditions holds for every row, so nothing narrows any more.
    if any(not group for group in groups):
        groups = [g for g in groups if g] if len(groups) == 1 else []
    return replace(query, every=groups[0] if groups else (), others=tuple(groups[1:]))


def heads(rows: QuerySet, query: Query, white: Q, book: Playbook, on: date, viewer: Any) -> Heads:
    """The first lines, over the filters less whitespace itself. One query."""
    soon = Q(fye_month__in=budget.months_in(book, "soon", on))
    found = rows.filter(without(query, "whitespace").where(viewer)).aggregate(
        units=Count("pk"), systems=Count("pk", filter=Q(level="system")), hospitals=Sum("hospitals"),
        white=Count("pk", filter=white), white_cents=Sum("deal_potential_cents", filter=white),
        white_tier_1=Count("pk", filter=white & Q(tier=1)), white_window=Count("pk", filter=white & soon),
    )  # fmt: skip
    return Heads(**{name: value or 0 for name, value in found.items()})


def tier_by_fit(rows: QuerySet, query: Query, viewer: Any) -> dict[tuple[str, int], int]:
    """(grade, tier) → units, over every filter but tier, fit and whitespace. One query."""
    found = rows.filter(without(query, "tier", "fit", "whitespace").where(viewer))
    cells: dict[tuple[str, int], int] = {}
    for grade, tier, count in found.order_by().values_list("fit_grade", "tier").annotate(n=Count("pk")):
        cells[grade or "", tier or 0] = cells.get((grade or "", tier or 0), 0) + count
    return cells


def windows(rows: QuerySet, query: Query, book: Playbook, on: date, viewer: Any) -> dict[str, int]:
    """Budget window → units, over every filter but window and whitespace. One query."""
    found = rows.filter(without(query, "window", "whitespace").where(viewer))
    counts = dict.fromkeys(("open", "soon", "later", "unknown"), 0)
    for month, count in found.order_by().values_list("fye_month").annotate(n=Count("pk")):
        counts[budget.window(book, month, on).state] += count
    return counts


def points(rows: QuerySet, query: Query, book: Playbook, on: date, viewer: Any) -> list[list[Any]]:
    """The units as [x, y, tier, fit, window, territory, name, url], places projected; those off the map are left to
    the table. One query."""
    found = rows.filter(without(query, "whitespace").where(viewer), lat__isnull=False, lon__isnull=False)
    columns = ("id", "name", "lat", "lon", "tier", "fit_grade", "fye_month", "territory")
    states = {month: WINDOW_CODES.get(budget.window(book, month, on).state) for month in (None, *range(1, 13))}
    drawn = []
    for key, name, lat, lon, tier, grade, month, territory in _largest(found).values_list(*columns):
        place = albers_usa(lon, lat)
        if place is not None:
            drawn.append([round(place[0], 1), round(place[1], 1), tier or 0, grade or None, states[month], territory,
                          name, f"/accounts/{key}/"])  # fmt: skip
    return drawn


def _largest(rows: QuerySet) -> QuerySet:
    from django.db.models import F

    return rows.order_by(F("deal_potential_cents").desc(nulls_last=True))[:MOST_POINTS]


def capacity_rows(rows: QuerySet) -> Iterable[tuple[Any, int, float | None]]:
    """(id, tier, score of the account matrix) of every unit in the programme, for the capacity rule. One query."""
    return rows.filter(tier__gt=0).values_list("id", "tier", "abm_score")
