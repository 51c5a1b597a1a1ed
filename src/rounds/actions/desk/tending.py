"""The nightly count of what is left undone."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from rounds.actions.flow.deeds import deed
from rounds.kit.actor import Actor
from rounds.models import HygieneCount
from rounds.models.flow.days import house_day

Counted = tuple[UUID | None, UUID | None, str, str, int]


def keep_counts(rows: Iterable[Counted], *, by: Actor, at: datetime) -> int:
    """Keep (owner, team, territory, check, rows) as the counts of the day of `at`; said again, the last word holds.
    Effects: HygieneCount rows of that day."""
    day = house_day(at)
    with deed(by):
        HygieneCount.objects.filter(day=day).delete()
        made = [HygieneCount(day=day, owner_id=owner, team_id=team, territory=territory, check_code=check, rows=n)
                for owner, team, territory, check, n in rows]  # fmt: skip
        HygieneCount.objects.bulk_create(made)
    return len(made)
