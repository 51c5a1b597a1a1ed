"""The clock: the one place that reads the time, so that tests can set it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime

FIRST, LAST = datetime(1970, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)
"""Between these lies every moment somebody can mean; further out a zone's shift leaves what a database or Python can say."""
_frozen: ContextVar[datetime | None] = ContextVar("frozen", default=None)


def now() -> datetime:
    """The present moment, aware, UTC."""
    return _frozen.get() or datetime.now(UTC)


def today() -> date:
    """The present day in UTC."""
    return now().date()


def sayable(moment: datetime) -> bool:
    """Whether an aware moment lies where moments can be kept, shown in any zone and compared."""
    return FIRST <= moment < LAST


def sayable_day(day: date) -> bool:
    """The same of a day: some years may be counted on from it, and it can be shown in any zone."""
    return FIRST.year <= day.year < LAST.year


@contextmanager
def frozen_at(moment: datetime) -> Iterator[None]:
    """Hold the clock of this context at `moment` (aware)."""
    token = _frozen.set(moment.astimezone(UTC))
    try:
        yield
    finally:
        _frozen.reset(token)
