"""How many days something stands where it stands: calendar days of `zone`. What it did today counts nothing yet."""

from __future__ import annotations

from datetime import datetime, time, timedelta, tzinfo


def days_in(since: datetime, at: datetime, zone: tzinfo) -> int:
    """Midnights of `zone` between two moments; never less than none."""
    return max(0, (at.astimezone(zone).date() - since.astimezone(zone).date()).days)


def begun_before(days: int, at: datetime, zone: tzinfo) -> datetime:
    """The moment before which that began which stands `days` days or more: `days_in(x, at, zone) >= days` is
    `x < begun_before(days, at, zone)`."""
    return datetime.combine(at.astimezone(zone).date() - timedelta(days=days - 1), time(), zone)
