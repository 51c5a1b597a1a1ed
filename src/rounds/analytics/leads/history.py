"""Why a lead's score moved: each verdict beside the one before it (LEAD-21)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from rounds.models import Lead, PlaybookVersion, ScoreRecord


@dataclass(frozen=True)
class Move:
    """One verdict and what changed with it. `because`: (criterion, points gained or lost), the largest first."""

    at: datetime
    before: int | None
    after: int
    band_before: str
    band_after: str
    provisional: bool
    cause: str
    by: str
    playbook: int | None
    low: int | None
    high: int | None
    because: list[tuple[str, int]]

    @property
    def crossed(self) -> bool:
        """Whether the band is another one than before."""
        return bool(self.band_before) and self.band_before != self.band_after


def moves(lead: Lead, *, model: str = "lead_fit", most: int = 200) -> list[Move]:
    """The verdicts of one model on a lead, oldest first. Two queries."""
    rows = list(ScoreRecord.objects.filter(lead=lead, model=model).order_by("-at", "-id")[:most])[::-1]
    numbers = dict(PlaybookVersion.objects.filter(hash__in={r.playbook_hash for r in rows}).values_list("hash", "number"))
    found: list[Move] = []
    before: ScoreRecord | None = None
    for row in rows:
        found.append(
            Move(row.at, before.total if before else None, row.total, before.band if before else "", row.band,
                 row.provisional, row.cause, row.by_name, numbers.get(row.playbook_hash), row.low, row.high,
                 because(before.points if before else {}, row.points) if before else [])
        )  # fmt: skip
        before = row
    return found


def because(was: dict[str, Any], now: dict[str, Any]) -> list[tuple[str, int]]:
    """The criteria whose points differ, with the difference, the largest first."""
    differ = [(name, (now.get(name) or 0) - (was.get(name) or 0)) for name in {*was, *now}]
    return sorted(((name, by) for name, by in differ if by), key=lambda pair: (-abs(pair[1]), pair[0]))
