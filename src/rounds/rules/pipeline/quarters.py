"""Quarters of a year that may begin with any month."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta

DAY = timedelta(days=1)
MOST_YEARS = 100


def quarter_end(day: date, starts: int = 1) -> date:
    """The last day of the quarter `day` lies in, where the year begins with month `starts`."""
    left = 2 - (day.month - starts) % 3
    index = day.year * 12 + day.month - 1 + left + 1
    return date(index // 12, index % 12 + 1, 1) - DAY


def quarter_name(day: date, starts: int = 1) -> str:
    """Which quarter `day` lies in: "Q3", and the year where it is not the calendar's: "Q1 FY27"."""
    place = (day.month - starts) % 12 // 3 + 1
    if starts == 1:
        return f"Q{place} {day.year}"
    return f"Q{place} FY{(day.year + (day.month >= starts)) % 100:02d}"


@dataclass(frozen=True, slots=True)
class Quarter:
    """From `first` to `last`, both included; `code` as one writes it ("2026-Q4", the year named by the one it ends in), `name`
    as it is called."""

    code: str
    name: str
    first: date
    last: date

    @property
    def after(self) -> date:
        return self.last + DAY


def quarter_of(day: date, starts: int = 1) -> Quarter:
    """The quarter `day` lies in, where the year begins with month `starts`."""
    last = quarter_end(day, starts)
    first = quarter_end(_months(last, -3), starts) + DAY
    place = (day.month - starts) % 12 // 3 + 1
    year = last.year if starts == 1 else first.year + (first.month >= starts)
    return Quarter(f"{year}-Q{place}", quarter_name(day, starts), first, last)


def quarter_named(code: str, starts: int = 1) -> Quarter | None:
    """The quarter somebody wrote as 2026-Q4; None for what is none."""
    found = re.fullmatch(r"(\d{4})-?[Qq]([1-4])", code.strip())
    if found is None or not date.min.year + MOST_YEARS < int(found[1]) < date.max.year - MOST_YEARS:
        return None
    year, place = int(found[1]), int(found[2])
    index = (year - (starts != 1)) * 12 + starts - 1 + (place - 1) * 3
    return quarter_of(date(index // 12, index % 12 + 1, 1), starts)


def around(quarter: Quarter, back: int, ahead: int, starts: int = 1) -> list[Quarter]:
    """So many quarters before and after one, and the one, in order."""
    return [quarter_of(_months(quarter.first, 3 * place), starts) for place in range(-back, ahead + 1)]


def _months(day: date, many: int) -> date:
    """The first of the month so many months later."""
    index = day.year * 12 + day.month - 1 + many
    return date(index // 12, index % 12 + 1, 1)
