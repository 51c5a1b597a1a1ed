"""The night's snapshot: how every deal stood at the end of the day that is over."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from rounds.access.sight import system_sight
from rounds.actions.flow import automations
from rounds.actions.numbers import learning, locking, snapshots
from rounds.analytics.numbers import period as periods
from rounds.kit.actor import SYSTEM_ACTOR
from rounds.kit.clock import now
from rounds.models import SnapshotDay
from rounds.models.flow.active import active

DAY = timedelta(days=1)
MOST = 92
"""Missed nights that are made up for at once: a quarter's."""


def keep_due() -> int:
    """Keep the day that is over in the company's zone, once; how many days were kept now. Nights in which no worker ran are made
    up for first, each once, from the field history and marked as restated; of a longer time than MOST the last ones."""
    at = now()
    day = periods.today(active().playbook, at) - DAY
    with system_sight():
        last = SnapshotDay.objects.order_by("-day").values_list("day", flat=True).first()
        if last is not None and last >= day:
            return 0
        missed = [] if last is None else [last + DAY * n for n in range(1, (day - last).days)][-MOST:]
        for one in missed:
            snapshots.restate(one, by=SYSTEM_ACTOR, at=at)
        snapshots.keep(day, by=SYSTEM_ACTOR, at=at)
    return len(missed) + 1


def keep(day: date | None = None) -> SnapshotDay:
    """Keep `day`, or the day that is over. Raises DayIsKept."""
    at = now()
    with system_sight():
        return snapshots.keep(day or periods.today(active().playbook, at) - DAY, by=SYSTEM_ACTOR, at=at)


def forecast(*, run: str = "", position: int = 0) -> int:
    """The night's forecast: lock the quarters that are over, learn of the deals as they stand; how many quarters were locked.
    `run`, `position`: the step of an automation that waits for it."""
    at = now()
    try:
        with system_sight():
            locked = locking.lock_due(by=SYSTEM_ACTOR, at=at)
            learning.learn_now(by=SYSTEM_ACTOR, at=at)
    finally:
        wake(run, position)
    return locked


def wake(run: str, position: int) -> None:
    """The step of an automation that waited for a job goes on, whatever came of it."""
    if run:
        with system_sight():
            automations.wake(UUID(run), position, at=now())
