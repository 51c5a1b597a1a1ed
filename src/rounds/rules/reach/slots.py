"""Which times are offered to somebody who wants to meet one of ours (AUTO-13, INTEG-14).

A time is offered when it lies whole within the hours of whoever is met, on a day they work, far enough ahead, not too far,
with a pause before and after whatever they do already, and on a day that is not full. Times are moments in UTC; whose
clock shows them is the page's affair, so that a night in which clocks are changed moves nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from rounds.playbook.shapes.days import Calendar
from rounds.playbook.shapes.meetings import Meetings
from rounds.rules.calendar import is_open_day


@dataclass(frozen=True, slots=True)
class Stretch:
    """Time that is taken, from `starts` to before `ends`. `counts`: it is a meeting, of which a day has so many."""

    starts: datetime
    ends: datetime
    counts: bool = False


@dataclass(frozen=True, slots=True)
class Host:
    """Whom one would meet: their clock, the days they are away (first and last included), what they do already."""

    zone: ZoneInfo
    taken: tuple[Stretch, ...] = ()
    away: tuple[tuple[date, date], ...] = ()


@dataclass(frozen=True, slots=True)
class Slot:
    """A time that is offered, in UTC."""

    starts: datetime
    ends: datetime


def offered(book: Meetings, calendar: Calendar, host: Host, minutes: int, at: datetime, *, since: datetime | None = None,
            most: int | None = None) -> list[Slot]:  # fmt: skip
    """The next times for a meeting of `minutes`, from `since` on; the playbook says how many at once."""
    first = max(at + timedelta(hours=book.notice_hours), since or at)
    found: list[Slot] = []
    for slot in _free(book, calendar, host, minutes, first, at + timedelta(days=book.ahead_days)):
        found.append(slot)
        if len(found) == (most or book.offered):
            break
    return found


def is_offered(book: Meetings, calendar: Calendar, host: Host, minutes: int, at: datetime, starts: datetime) -> bool:
    """Whether exactly this time could be chosen now."""
    return [slot.starts for slot in offered(book, calendar, host, minutes, at, since=starts, most=1)] == [starts]


def clashes(host: Host, starts: datetime, ends: datetime, *, buffer: timedelta = timedelta(0)) -> bool:
    """Whether they do something else then, or so shortly before or after."""
    return any(one.starts < ends + buffer and starts - buffer < one.ends for one in host.taken)


def _free(book: Meetings, calendar: Calendar, host: Host, minutes: int, first: datetime, last: datetime) -> Iterator[Slot]:
    length, buffer = timedelta(minutes=minutes), timedelta(minutes=book.buffer_minutes)
    full = {day for day, count in _meetings(host).items() if count >= book.most_a_day}
    day, end = first.astimezone(host.zone).date(), last.astimezone(host.zone).date()
    while day <= end:
        if day not in full and is_open_day(calendar, day) and not _is_away(host.away, day):
            for starts in _steps(book, calendar, host.zone, day, length):
                if first <= starts and starts + length <= last and not clashes(host, starts, starts + length, buffer=buffer):
                    yield Slot(starts, starts + length)
        day += timedelta(days=1)


def _meetings(host: Host) -> Counter[date]:
    return Counter(one.starts.astimezone(host.zone).date() for one in host.taken if one.counts)


def _is_away(away: Sequence[tuple[date, date]], day: date) -> bool:
    return any(first <= day <= last for first, last in away)


def _steps(book: Meetings, calendar: Calendar, zone: ZoneInfo, day: date, length: timedelta) -> Iterator[datetime]:
    """The beginnings that fit between opening and close. Steps are counted on the one line of time: of an hour that the
    clocks skip there is none, and one they repeat has its own."""
    opens, closes = (datetime.combine(day, time.fromisoformat(edge), tzinfo=zone).astimezone(UTC) for edge in (calendar.business.start, calendar.business.end))
    step, starts = timedelta(minutes=book.step_minutes), opens
    while starts + length <= closes:
        yield starts
        starts += step
