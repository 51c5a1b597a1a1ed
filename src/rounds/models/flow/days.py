"""Which day it is for the company."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

from rounds.models.flow.active import active


def house_day(at: datetime) -> date:
    """The day a moment falls on where the house stands: in the evening of New York it is not tomorrow yet."""
    return at.astimezone(ZoneInfo(active().playbook.calendar.zones.house)).date()
