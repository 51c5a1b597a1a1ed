"""The morning of a person: on which of their days a digest is due, by the clock on their wall."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from rounds.playbook.shapes.notices import Morning


def due_on(said: Morning, at: datetime, zone: str) -> date | None:
    """The day in `zone` whose digest may go at `at`, None outside its morning. The wall clock decides, so that the
    hour stays the same when clocks are changed; that each day comes once is kept by whoever sends it."""
    there = at.astimezone(ZoneInfo(zone))
    return there.date() if said.begins <= there.timetz().replace(tzinfo=None) < said.ends else None
