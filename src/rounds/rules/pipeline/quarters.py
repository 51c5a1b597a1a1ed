"""Quarters of a year that may begin with any month."""

from __future__ import annotations

from datetime import date, timedelta

DAY = timedelta(days=1)


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
