"""Which day it is for the company."""

from __future__ import annotations

from datetime import date, datetime, time
from zoneinfo import ZoneInfo

from rounds.kit.clock import now
from rounds.models.flow.active import active
from rounds.playbook import Playbook


def house_zone() -> ZoneInfo:
    """Where the house stands: its days begin and end there."""
    return zone_of(active().playbook)


def house_day(at: datetime) -> date:
    """The day a moment falls on where the house stands: in the evening of New York it is not tomorrow yet."""
    return at.astimezone(house_zone()).date()


def house_today() -> date:
    """The day it is for the company."""
    return house_day(now())


def house_midnight(day: date) -> datetime:
    """When `day` begins where the house stands."""
    return datetime.combine(day, time(), house_zone())


def zone_of(book: Playbook) -> ZoneInfo:
    """The zone of the house by a playbook that is at hand."""
    return ZoneInfo(book.calendar.zones.house)


def day_of(book: Playbook, at: datetime) -> date:
    """`house_day` by a playbook that is at hand, for what looks at many moments."""
    return at.astimezone(zone_of(book)).date()
