"""What is known of an account beyond its figures, by area, with its age (ACCT-18)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from rounds.models import Account, Intelligence
from rounds.playbook import Playbook

AREAS = ("business", "operational", "technology", "stakeholder")


@dataclass(frozen=True)
class Entry:
    """One entry; `age` in days where it is stale, else None."""

    row: Intelligence
    age: int | None


def intelligence(account: Account, book: Playbook, on: date) -> list[tuple[str, list[Entry]]]:
    """Entries by area, newest first; an area nobody wrote about is empty. One query."""
    stale = book.universe.freshness.intelligence_days
    found: dict[str, list[Entry]] = {area: [] for area in AREAS}
    for row in Intelligence.objects.filter(account=account, withdrawn_at=None).order_by("-as_of", "-at"):
        days = (on - row.as_of).days
        found.setdefault(row.area, []).append(Entry(row, days if days > stale else None))
    return list(found.items())
