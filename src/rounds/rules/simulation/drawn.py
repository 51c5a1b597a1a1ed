"""What a simulation draws: one row a seller, one row a deal, as numpy columns.

Moments are days as floats, counted from the first day of the window (0.0); NaN: it has not happened. Whatever would lie
after the last day is not there: a company knows no future.
"""

from __future__ import annotations

import calendar
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime, timedelta

import numpy as np

Column = np.ndarray
NEVER = np.nan
OPEN, WON, LOST = 0, 1, 2
WEEK = 7
FRIDAY = int(calendar.FRIDAY)
HOUR = timedelta(hours=1) / timedelta(days=1)
MONTH = 365.25 / 12
"""Days in an average month."""


@dataclass(frozen=True)
class Window:
    """The days a company is shown for: from `start` up to `end`, exclusive. A day's work begins at `opens` o'clock UTC and
    takes so many `hours`."""

    start: date
    end: date
    opens: int
    hours: int

    @property
    def days(self) -> int:
        return (self.end - self.start).days

    def month_of(self, moments: Column) -> Column:
        """Month, counted from January of year 0. NaN becomes that of the start."""
        days = np.nan_to_num(np.floor(moments), nan=0.0).astype("int64")
        return (np.datetime64(self.start, "D") + days).astype("datetime64[M]").astype("int64") + 1970 * 12

    def moment(self, day: float) -> datetime:
        """The moment of a float day, in the working hours of a business day. What lies on a weekend is told of the Friday
        before; the order of moments is kept."""
        whole = int(day // 1)
        weekday = (self.start.weekday() + whole) % WEEK
        past_friday = max(weekday - FRIDAY, 0)
        part = (past_friday + day - whole) / 3 if weekday >= FRIDAY else day - whole
        there = self.start + timedelta(days=whole - past_friday)
        return datetime(there.year, there.month, there.day, self.opens, tzinfo=UTC) + timedelta(hours=self.hours * part)

    def first_of(self, months: Column) -> Column:
        """The first day of months as `month_of` counts them, in days from the start."""
        there = (np.asarray(months, "int64") - 1970 * 12).astype("datetime64[M]").astype("datetime64[D]")
        return (there - np.datetime64(self.start, "D")).astype("float64")


@dataclass(frozen=True)
class Sellers:
    """Who sells: of which segment (a place in the list of the assumptions) and territory, how well (log-odds on each
    stage), how fast (× the times), from when to when."""

    segment: Column
    territory: Column
    quality: Column
    pace: Column
    hired: Column
    left: Column

    def __len__(self) -> int:
        return len(self.segment)


@dataclass(frozen=True)
class Deals:
    """Deals, in the order they were opened. `entry` has a column for each open stage: when it was first entered; `was_stuck`
    whether it stuck there. `amounts`: cents a year as first guessed, and after each change of the assumptions (0: not
    known). `lost_at` and `back_at` are places among the open stages, -1 where none; `rival` -1 where nobody else is there.
    `true_cents` is what it would bring in the end; `heir` the seller who takes it over when its own leaves (-1: none)."""

    number: Column
    segment: Column
    seller: Column
    heir: Column
    source: Column
    lead_at: Column
    opened: Column
    entry: Column
    was_stuck: Column
    closed: Column
    outcome: Column
    lost_at: Column
    reason: Column
    rival: Column
    skipped: Column
    back_at: Column
    phi: Column
    budget: Column
    fiscal: Column
    amounts: Column
    true_cents: Column

    def __len__(self) -> int:
        return len(self.opened)

    def taken(self, which: Column) -> Deals:
        """The deals of a mask or of places, in that order."""
        return Deals(**{field.name: getattr(self, field.name)[which] for field in fields(self)})

    def stage_at(self, moment: float) -> Column:
        """The place among the open stages in which each open deal is at `moment`."""
        there = np.where(self.entry <= moment, np.arange(self.entry.shape[1]), -1)
        return there.max(axis=1)
