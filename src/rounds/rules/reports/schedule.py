"""When a report is due: one key a period, one moment a key, whatever holidays and the clocks do (REPORT-01, Unsaid)."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from rounds.playbook.shapes.days import Calendar
from rounds.playbook.shapes.reports import MadeWhen
from rounds.rules.automation.periods import Period
from rounds.rules.calendar import WEEK, is_open_day

DAY = timedelta(days=1)
MONTHS = {"month": 1, "quarter": 3, "year": 12}
WEEK_BEFORE = timedelta(weeks=1)
BACK = 365 + 12
"""Days in which every report has been due at least once: a year, and what holidays may move one by."""


def latest(when: MadeWhen, calendar: Calendar, year_starts: int, now: datetime) -> Period | None:
    """The last time the report was due at `now` (aware); what was missed before it is not made up for one by one.
    `year_starts` is the month the fiscal year begins with."""
    home = ZoneInfo(calendar.zones.house)
    today = now.astimezone(home).date()
    for back in range(BACK):
        found = _due(when, today - back * DAY, calendar, year_starts, home)
        if found is not None and found.at <= now:
            return found
    return None


def following(when: MadeWhen, calendar: Calendar, year_starts: int, now: datetime) -> Period | None:
    """The next time it will be due after `now`."""
    home = ZoneInfo(calendar.zones.house)
    # A day that moved may lie before today and be due after it.
    first = now.astimezone(home).date() - WEEK_BEFORE
    for ahead in range(BACK):
        found = _due(when, first + ahead * DAY, calendar, year_starts, home)
        if found is not None and found.at > now:
            return found
    return None


def _due(when: MadeWhen, day: date, calendar: Calendar, year_starts: int, home: ZoneInfo) -> Period | None:
    """The time whose nominal day is `day`, if any."""
    key = _key(when, day, year_starts)
    if key is None:
        return None
    while not is_open_day(calendar, day):
        day += DAY
    return Period(key, datetime.combine(day, time.fromisoformat(when.at), tzinfo=home).astimezone(UTC))


def _key(when: MadeWhen, day: date, year_starts: int) -> str | None:
    if when.every == "week":
        year, week, _ = day.isocalendar()
        return f"{year}-W{week:02}" if WEEK[day.weekday()] == when.on else None
    begins = (day.month - year_starts) % MONTHS[when.every] == 0
    return f"{day:%Y-%m}" if day.day == when.day and begins else None
