"""When patient data must be back or gone (PLUS-27): so many days after the POC, or the BAA, ended."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from rounds.playbook.shapes.poc import PatientData

Word = Literal["none", "running", "near", "overdue", "done"]


@dataclass(frozen=True, slots=True)
class DataClock:
    """`days` until the last day, 0 on it, negative after; None where no clock runs."""

    word: Word
    due: date | None = None
    days: int | None = None


def due_on(book: PatientData, ended: Iterable[date]) -> date | None:
    """The last day: counted from whichever ended first."""
    first = min(ended, default=None)
    return first + timedelta(days=book.destruction_days) if first else None


def data_clock(book: PatientData, due: date | None, done_on: date | None, today: date) -> DataClock:
    """How the clock stands: red from the day after its last."""
    if done_on is not None:
        return DataClock("done", due)
    if due is None:
        return DataClock("none")
    left = (due - today).days
    return DataClock("overdue" if left < 0 else "near" if left <= max(book.told_days, default=0) else "running", due, left)
