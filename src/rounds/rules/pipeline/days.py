"""How many days something stands where it stands: calendar days, in UTC. What it did today counts nothing yet."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta


def days_in(since: datetime, at: datetime) -> int:
    """Midnights between two moments; never less than none."""
    return max(0, (at.astimezone(UTC).date() - since.astimezone(UTC).date()).days)


def begun_before(days: int, at: datetime) -> datetime:
    """The moment before which that began which stands `days` days or more: `days_in(x, at) >= days` is `x < begun_before(days, at)`."""
    return datetime.combine(at.astimezone(UTC).date() - timedelta(days=days - 1), time(), UTC)
