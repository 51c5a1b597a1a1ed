"""When a schedule is due: one key a period, one moment a key, whatever the clocks and holidays do (AUTO-09).

Moments are of the workspace's zone. A day that is no business day has no daily run; a weekly or monthly run moves to
the next business day. At a change of the clocks the hour that is skipped counts from the next that exists, and the
hour that comes twice counts once: the key is the day.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from rounds.playbook.shapes.automation import When

WEEK = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
BACK = 100
"""Days in which every schedule has been due at least once."""
IsBusiness = Callable[[date], bool]


@dataclass(frozen=True, slots=True)
class Period:
    """`key` names the period (2026-03-06, 2026-W10, 2026-03); it is due at `at`, UTC."""

    key: str
    at: datetime


def latest(when: When, zone: str, now: datetime, is_business: IsBusiness) -> Period | None:
    """The last period that is due at `now`; what was missed before it is not made up for one by one."""
    home = ZoneInfo(zone)
    today = now.astimezone(home).date()
    for back in range(BACK):
        found = _begun_on(when, today - timedelta(days=back), home, is_business)
        if found is not None and found.at <= now:
            return found
    return None


def _begun_on(when: When, day: date, home: ZoneInfo, is_business: IsBusiness) -> Period | None:
    """The period whose nominal day is `day`, if any."""
    if when.every == "day":
        if when.business and not is_business(day):
            return None
        return Period(day.isoformat(), _moment(day, when.at, home))
    if when.every == "week":
        if WEEK[day.weekday()] != when.on:
            return None
        year, week, _ = day.isocalendar()
        key = f"{year}-W{week:02}"
    else:
        if day.day != when.day:
            return None
        key = f"{day:%Y-%m}"
    moved = day
    while when.business and not is_business(moved):
        moved += timedelta(days=1)
    return Period(key, _moment(moved, when.at, home))


def _moment(day: date, at: str | None, home: ZoneInfo) -> datetime:
    return datetime.combine(day, time.fromisoformat(at or "00:00"), tzinfo=home).astimezone(UTC)


def weekdays(day: date) -> bool:
    """Monday to Friday: the business calendar where none is given."""
    return WEEK[day.weekday()] not in WEEK[-2:]
