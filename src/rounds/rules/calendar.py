"""Business time: which hours are worked, and when a clock that started then ends (AUTO-09, C-15).

Hours and minutes pass as they pass, also in the night in which the clocks are changed; days end at the same time of day.
A moment without a zone is taken as it stands, and answered so.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Literal, Protocol
from zoneinfo import ZoneInfo

from rounds.playbook.shapes.days import Calendar, Holidays

WEEK = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
DAY = timedelta(days=1)
YEAR = 365
"""Days looked ahead for an opening; a calendar that never opens is refused rather than searched for ever."""

Kind = Literal["calendar", "business"]


class Clock(Protocol):
    """A time limit, as routing/sla.yaml and tasks.yaml say it."""

    value: int
    unit: Literal["minutes", "hours", "days"]
    clock: Kind


class NeverOpen(ValueError):
    """The calendar has no open day within a year."""


def zone_of(calendar: Calendar, *, state: str = "", territory: str = "") -> ZoneInfo:
    """Whose clock counts for a place: the state's or the territory's, as the playbook reads it, else the house's."""
    zones = calendar.zones
    of_state, of_territory = zones.states.get(state), zones.territories.get(territory)
    first, then = (of_territory, of_state) if zones.reading == "territory" else (of_state, of_territory)
    return ZoneInfo(first or then or zones.house)


def is_open_day(calendar: Calendar, day: date) -> bool:
    """Whether one works on `day`: a working day of the week that is no holiday."""
    return WEEK[day.weekday()] in calendar.business.days and day not in holidays(calendar.holidays, day.year)


@lru_cache(maxsize=256)
def holidays(said: Holidays, year: int) -> dict[date, str]:
    """The days of `year` on which nobody works, with their names; also one kept in this year for the next."""
    import holidays as known  # takes a tenth of a second; only who counts business time pays it

    public = known.country_holidays(said.country, years=(year, year + 1), observed=said.observed)
    found = {day: name for day, name in public.items() if day.year == year and not _worked(name, said.worked)}
    return found | {day: "Closed" for day in map(date.fromisoformat, said.closed) if day.year == year}


def _worked(name: str, worked: tuple[str, ...]) -> bool:
    return any(name == one or name == f"{one} (observed)" for one in worked)


def is_business(calendar: Calendar, moment: datetime, zone: ZoneInfo | None = None) -> bool:
    """Whether `moment` lies in working hours: from the opening on, before the close."""
    local = _local(moment, zone)
    hours = _hours(calendar, local.date(), local.tzinfo)
    return hours is not None and hours[0] <= _line(local) < hours[1]


def next_open(calendar: Calendar, moment: datetime, zone: ZoneInfo | None = None) -> datetime:
    """`moment` itself where it lies in working hours, else the next opening."""
    local = _local(moment, zone)
    hours = _hours(calendar, local.date(), local.tzinfo)
    if hours is None or _line(local) >= hours[1]:
        hours = _hours(calendar, _open_after(calendar, local.date()), local.tzinfo)
    return local if hours[0] <= _line(local) else _back(hours[0], local.tzinfo)


def after(calendar: Calendar, clock: Clock, start: datetime, zone: ZoneInfo | None = None) -> datetime:
    """When `clock`, started at `start`, ends; in `zone`, or in the zone of `start`.

    A business clock that starts outside working hours starts at the next opening and ends in working hours, at the
    latest at the close.
    """
    if clock.unit != "days":
        return plus(calendar, clock.clock, start, timedelta(**{clock.unit: clock.value}), zone)
    local = _local(start, zone)
    if clock.clock == "calendar":
        return _wall(local, local.date() + timedelta(days=clock.value))
    moment = next_open(calendar, local)
    day, left = moment.date(), clock.value
    while left > 0:
        day = _open_after(calendar, day)
        left -= 1
    return _wall(moment, day)


def plus(calendar: Calendar, kind: Kind, start: datetime, span: timedelta, zone: ZoneInfo | None = None) -> datetime:
    """`start` and `span` of time of that kind: what does not fit today runs on at the next opening."""
    local = _local(start, zone)
    if kind == "calendar":
        return _back(_line(local) + span, local.tzinfo)
    if span <= timedelta(0):
        return next_open(calendar, local)
    at, left, day = _line(local), span, local.date()
    while True:
        hours = _hours(calendar, day, local.tzinfo)
        if hours is not None and (begin := max(at, hours[0])) < hours[1]:
            if begin + left <= hours[1]:
                return _back(begin + left, local.tzinfo)
            left -= hours[1] - begin
        day = _open_after(calendar, day)


def spent(calendar: Calendar, kind: Kind, start: datetime, end: datetime, zone: ZoneInfo | None = None) -> timedelta:
    """How much time of that kind lies between `start` and `end`; none where `end` is not later."""
    begin, close = _local(start, zone), _local(end, zone)
    if kind == "calendar":
        return max(_line(close) - _line(begin), timedelta(0))
    total, day = timedelta(0), begin.date()
    while day <= close.date():
        hours = _hours(calendar, day, begin.tzinfo)
        if hours is not None:
            total += max(min(hours[1], _line(close)) - max(hours[0], _line(begin)), timedelta(0))
        day += DAY
    return total


def _open_after(calendar: Calendar, day: date) -> date:
    for ahead in range(1, YEAR):
        if is_open_day(calendar, day + timedelta(days=ahead)):
            return day + timedelta(days=ahead)
    raise NeverOpen


def _hours(calendar: Calendar, day: date, zone) -> tuple[datetime, datetime] | None:
    """Opening and close of `day` on the line of time, None where one does not work."""
    if not is_open_day(calendar, day):
        return None
    edges = (time.fromisoformat(calendar.business.start), time.fromisoformat(calendar.business.end))
    opens, closes = (_line(datetime.combine(day, edge, tzinfo=zone)) for edge in edges)
    return opens, closes


def _local(moment: datetime, zone: ZoneInfo | None) -> datetime:
    return moment if zone is None or moment.tzinfo is None else moment.astimezone(zone)


def _line(moment: datetime) -> datetime:
    """The moment on the one line of time, where an hour is an hour; one without a zone has a line of its own."""
    return moment if moment.tzinfo is None else moment.astimezone(UTC)


def _back(moment: datetime, zone) -> datetime:
    return moment if zone is None else moment.astimezone(zone)


def _wall(moment: datetime, day: date) -> datetime:
    """The time of day of `moment` on `day`; where the change of the clocks skips it, as long after midnight."""
    then = moment.replace(year=day.year, month=day.month, day=day.day, fold=0)
    return _back(_line(then), moment.tzinfo)
