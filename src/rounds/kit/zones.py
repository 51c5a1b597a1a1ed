"""Time zones: the names people may choose."""

from __future__ import annotations

from functools import cache
from zoneinfo import available_timezones


@cache
def zones() -> tuple[str, ...]:
    """Every zone of the form Continent/City, and UTC; in order."""
    areas = ("Africa/", "America/", "Antarctica/", "Asia/", "Atlantic/", "Australia/", "Europe/", "Indian/", "Pacific/")
    return ("UTC", *sorted(name for name in available_timezones() if name.startswith(areas)))


def is_zone(name: object) -> bool:
    """Whether `name` is one of `zones()`."""
    return name in zones()
