"""The budget clock: when a hospital asks for next year's money (PLUS-10)."""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date
from typing import Literal

from rounds.playbook import Playbook

State = Literal["open", "soon", "later", "unknown"]


@dataclass(frozen=True, slots=True)
class BudgetWindow:
    """The budget-request window that is open or comes next.

    `state`: open now, `soon` (opens within the playbook's alert days), later, or unknown. `money_of` is the fiscal
    year the request is for, named by the year it ends in. Days count from the day asked about.
    """

    state: State
    opens: date | None = None
    closes: date | None = None
    year_end: date | None = None
    days_to_open: int | None = None
    days_to_close: int | None = None
    days_to_year_end: int | None = None
    money_of: int | None = None


def window(book: Playbook, fye_month: int | None, on: date) -> BudgetWindow:
    """The window of a fiscal year that ends with month `fye_month` (1–12, None unknown), seen from the day `on`."""
    if not fye_month:
        return BudgetWindow("unknown")
    say = book.universe.budget_window
    for year in (on.year, on.year + 1, on.year + 2):
        year_end = _month_end(year, fye_month)
        opens = months_before(year_end, say.opens_months_before)
        closes = months_before(year_end, say.closes_months_before)
        if closes >= on:
            break
    days = (opens - on).days
    state: State = "open" if days <= 0 else "soon" if days <= say.alert_days else "later"
    next_end = min(e for e in (_month_end(on.year, fye_month), _month_end(on.year + 1, fye_month)) if e >= on)
    return BudgetWindow(
        state, opens, closes, year_end, max(days, 0), (closes - on).days, (next_end - on).days, year_end.year + 1
    )


def months_in(book: Playbook, state: State, on: date) -> list[int]:
    """The fiscal-year-end months whose window is in `state` on the day `on`: how a list filters without a date column."""
    return [month for month in range(1, 13) if window(book, month, on).state == state]


def _month_end(year: int, month: int) -> date:
    return date(year, month, calendar.monthrange(year, month)[1])


def months_before(day: date, months: int) -> date:
    """The month end `months` before the month end `day`."""
    index = day.year * 12 + day.month - 1 - months
    return _month_end(index // 12, index % 12 + 1)
