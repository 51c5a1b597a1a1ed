"""Whole business days before and after a day: what is prepared before a demo, what is decided after a readout."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from rounds.playbook.shapes.days import Calendar
from rounds.rules.calendar import is_open_day


def business_days(calendar: Calendar, moment: datetime, days: int, zone: ZoneInfo) -> datetime:
    """The close of the business day so many business days after (before, where negative) the day of `moment`."""
    day, step, left = moment.astimezone(zone).date(), timedelta(days=1 if days > 0 else -1), abs(days)
    while left:
        day += step
        left -= is_open_day(calendar, day)
    return datetime.combine(day, time.fromisoformat(calendar.business.end), tzinfo=zone)
