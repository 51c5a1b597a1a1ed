"""How right people were in the quarters that are locked, and which way they lean (FORECAST-06)."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import Any

from rounds.access.scope import visible
from rounds.kit.scope import Scope
from rounds.models import ForecastResult
from rounds.playbook import Playbook
from rounds.rules.forecast.accuracy import Record, record

MOST = 8
"""Quarters that are looked back."""


@dataclass(frozen=True)
class Kept:
    """A rep, or the team of a manager: their records at the start, the middle and the end of quarters, that of the override,
    and how much of their quotas they reached."""

    name: str
    start: Record
    middle: Record
    end: Record
    override: Record
    attained: float | None
    quarters: int
    few: bool

    @property
    def three(self) -> tuple[Record, Record, Record]:
        return self.start, self.middle, self.end


def kept(scope: Scope, book: Playbook, *, by: str = "owner") -> list[Kept]:
    """A line a rep (`by` owner) or team, of the last quarters that are locked. Two queries."""
    quarters = sorted(visible(ForecastResult, scope).order_by().values_list("starts_on", flat=True).distinct())[-MOST:]
    rows = visible(ForecastResult, scope).filter(starts_on__in=quarters).select_related("owner", "team")
    groups: dict[str, list[ForecastResult]] = defaultdict(list)
    for row in rows:
        name = (row.owner.name if row.owner else "Nobody") if by == "owner" else (row.team.name if row.team else "No team")
        groups[name].append(row)
    return [_line(name, found, book) for name, found in sorted(groups.items())]


def _line(name: str, rows: list[ForecastResult], book: Playbook) -> Kept:
    def of(column: str) -> Record:
        return record(_summed(rows, column))

    quota = sum(row.quota_cents for row in rows if row.quota_cents)
    won = sum(row.won_cents for row in rows if row.quota_cents)
    end = of("end_cents")
    return Kept(name, of("start_cents"), of("middle_cents"), end, of("override_cents"), won / quota if quota else None, len({row.starts_on for row in rows}),
                end.n < book.measures.small_n.value)  # fmt: skip


def _summed(rows: list[ForecastResult], column: str) -> list[tuple[int, int]]:
    """(said, won) a quarter, of those who said something."""
    found: dict[Any, list[int]] = {}
    for row in rows:
        if (said := getattr(row, column)) is not None:
            pair = found.setdefault(row.starts_on, [0, 0])
            pair[0], pair[1] = pair[0] + said, pair[1] + row.won_cents
    return [(said, won) for said, won in found.values()]
