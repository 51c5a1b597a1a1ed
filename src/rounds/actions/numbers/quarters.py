"""The quarter somebody means, and whether it is locked."""

from __future__ import annotations

from datetime import date, datetime

from rounds.kit.refusal import Refusal
from rounds.models import ForecastLock
from rounds.models.flow.active import active
from rounds.models.numbers.history import today
from rounds.rules.pipeline.quarters import Quarter, quarter_named, quarter_of


class NoSuchQuarter(Refusal):
    """Write a quarter as 2026-Q4."""

    status = 422
    field = "quarter"


class QuarterLocked(Refusal):
    """This quarter is locked: what was called, and its quotas, stay as they were. Choose an open one."""


def quarter_said(code: str, at: datetime) -> Quarter:
    """The quarter written as `code`; the running one for "". Raises NoSuchQuarter (422)."""
    book = active().playbook
    starts = book.signing_path.quarters.starts
    found = quarter_named(code, starts) if code else quarter_of(today(book, at), starts)
    if found is None:
        raise NoSuchQuarter(f"“{code[:20]}” is no quarter; write it as 2026-Q4.")
    return found


def need_unlocked(quarter: Quarter) -> None:
    """Go on only with an open quarter. Raises QuarterLocked (409)."""
    need_open_days(quarter.first)


def need_open_days(starts_on: date) -> None:
    """Go on only where the quarter that begins on a day is not locked. One query. Raises QuarterLocked (409)."""
    if ForecastLock.objects.filter(starts_on=starts_on).exists():
        name = quarter_of(starts_on, active().playbook.signing_path.quarters.starts).name
        raise QuarterLocked(f"{name} is locked: what was called, and its quotas, stay as they were. Choose an open quarter.")
