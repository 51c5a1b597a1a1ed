"""Periods: weeks, months, quarters and years by the fiscal calendar of the playbook, in the company's zone.

A quarter is written 2026-Q4, a month 2026-10, a week 2026-W44, a year 2026 (FY2026 where it does not begin in January; a
fiscal year is named after the calendar year it ends in), any other stretch 2026-10-05..2026-11-02.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from rounds.kit.refusal import Refusal
from rounds.playbook import Playbook
from rounds.rules.pipeline.quarters import quarter_name

DAY = timedelta(days=1)
Kind = Literal["week", "month", "quarter", "year", "days"]
KINDS: tuple[Kind, ...] = ("week", "month", "quarter", "year")
FIRST, LAST = 1990, 2150


class PeriodRefused(Refusal):
    """A period is written 2026-Q4, 2026-10, 2026-W44, 2026, this-quarter, last-month or 2026-10-05..2026-11-02."""

    status = 422


@dataclass(frozen=True, slots=True)
class Period:
    """From `starts` to `ends`, both inclusive, as people call it (`title`) and write it (`code`)."""

    kind: Kind
    code: str
    title: str
    starts: date
    ends: date

    @property
    def days(self) -> int:
        return (self.ends - self.starts).days + 1


@dataclass(frozen=True, slots=True)
class Window:
    """A period as definitions read it: moments in UTC without a zone, `end` exclusive. `at` is the last moment that counts
    (now, where the period still runs), `day` its day; `known` the day one asks on, by which cohorts have ripened; `as_of` is set
    where the records are read as they stood on that day."""

    period: Period
    start: datetime
    end: datetime
    at: datetime
    day: date
    known: datetime
    as_of: date | None = None


def year_starts(book: Playbook) -> int:
    """The month the fiscal year begins with."""
    return book.signing_path.quarters.starts


def zone_of(book: Playbook) -> ZoneInfo:
    """The company's zone: where its days end."""
    return ZoneInfo(book.calendar.zones.house)


def today(book: Playbook, at: datetime) -> date:
    """The company's day at a moment."""
    return at.astimezone(zone_of(book)).date()


def midnight(day: date, book: Playbook) -> datetime:
    """When `day` begins for the company, in UTC without a zone."""
    return datetime.combine(day, time(), tzinfo=zone_of(book)).astimezone(UTC).replace(tzinfo=None)


def window(period: Period, book: Playbook, at: datetime, as_of: date | None = None) -> Window:
    """The window of `period` for somebody who asks at `at` (aware), about the records as they stood on `as_of`."""
    last = midnight(as_of + DAY, book) if as_of else at.astimezone(UTC).replace(tzinfo=None)
    end = midnight(period.ends + DAY, book)
    here = min(last, end)
    day = min(as_of or today(book, at), period.ends)
    known = last if as_of else midnight(today(book, at), book)
    return Window(period, midnight(period.starts, book), end, here, day, known, as_of)


def containing(kind: Kind, day: date, book: Playbook) -> Period:
    """The period of a kind that `day` lies in."""
    starts = year_starts(book)
    if kind == "week":
        return _week(day - timedelta(days=day.weekday()))
    if kind == "month":
        return _month(day.year, day.month)
    if kind == "quarter":
        return _quarter(day.year * 12 + day.month - 1 - (day.month - starts) % 3, starts)
    return _year(day.year * 12 + day.month - 1 - (day.month - starts) % 12, starts)


def before(period: Period, book: Playbook, times: int = 1) -> Period:
    """The period `times` before; of a stretch of days the stretch as long as it."""
    for _ in range(times):
        if period.kind == "days":
            period = stretch(period.starts - timedelta(days=period.days), period.starts - DAY)
        else:
            period = containing(period.kind, period.starts - DAY, book)
    return period


def trend(period: Period, book: Playbook, many: int) -> list[Period]:
    """`many` periods, `period` the last of them."""
    found = [period]
    while len(found) < many and found[0].starts.year > FIRST:
        found.insert(0, before(found[0], book))
    return found


def parse(text: str, book: Playbook, today: date) -> Period:
    """The period somebody wrote. Raises PeriodRefused."""
    said = text.strip()
    relative = re.fullmatch(r"(this|last)-(week|month|quarter|year)", said)
    if relative:
        here = containing(relative[2], today, book)
        return here if relative[1] == "this" else before(here, book)
    for pattern, made in _WRITTEN:
        found = re.fullmatch(pattern, said)
        if found is not None:
            try:
                period = made(found, book)
            except ValueError:
                break
            if period.starts.year > FIRST and period.ends.year < LAST and period.starts <= period.ends:
                return period
            break
    raise PeriodRefused(f"'{said[:40]}' is no period. Write 2026-Q4, 2026-10, 2026-W44, 2026, this-quarter or 2026-10-05..2026-11-02.")


def stretch(starts: date, ends: date) -> Period:
    """Any days."""
    title = f"{starts:%-d %b %Y} to {ends:%-d %b %Y}" if starts != ends else f"{starts:%-d %b %Y}"
    return Period("days", f"{starts}..{ends}", title, starts, ends)


def _first(index: int) -> date:
    return date(index // 12, index % 12 + 1, 1)


def _week(monday: date) -> Period:
    year, number, _ = monday.isocalendar()
    return Period("week", f"{year}-W{number:02d}", f"Week of {monday:%-d %b %Y}", monday, monday + timedelta(days=6))


def _month(year: int, month: int) -> Period:
    index = year * 12 + month - 1
    return Period("month", f"{year}-{month:02d}", f"{_first(index):%B %Y}", _first(index), _first(index + 1) - DAY)


def _named(index: int, starts: int) -> int:
    """The number of the fiscal year that begins with month `index`: of the calendar year it ends in."""
    return (index + 11) // 12 if starts != 1 else index // 12


def _quarter(index: int, starts: int) -> Period:
    place = (index % 12 + 1 - starts) % 12 // 3
    year = _named(index - 3 * place, starts)
    return Period("quarter", f"{year}-Q{place + 1}", quarter_name(_first(index), starts), _first(index), _first(index + 3) - DAY)


def _year(index: int, starts: int) -> Period:
    year = _named(index, starts)
    return Period("year", f"{year}", f"{'' if starts == 1 else 'FY'}{year}", _first(index), _first(index + 12) - DAY)


def _begins(year: int, book: Playbook) -> int:
    """The first month of fiscal year `year`, as an index."""
    starts = year_starts(book)
    return year * 12 + starts - 1 - (12 if starts != 1 else 0)


_WRITTEN: tuple[tuple[str, Callable[[re.Match[str], Playbook], Period]], ...] = (
    (r"(?:FY)?(\d{4})-?Q([1-4])", lambda said, book: _quarter(_begins(int(said[1]), book) + 3 * (int(said[2]) - 1), year_starts(book))),
    (r"(\d{4})-(\d{2})", lambda said, book: _month(int(said[1]), date(int(said[1]), int(said[2]), 1).month)),
    (r"(\d{4})-?W(\d{2})", lambda said, book: _week(date.fromisocalendar(int(said[1]), int(said[2]), 1))),
    (r"(?:FY)?(\d{4})", lambda said, book: _year(_begins(int(said[1]), book), year_starts(book))),
    (r"(\d{4}-\d{2}-\d{2})\.\.(\d{4}-\d{2}-\d{2})", lambda said, book: stretch(date.fromisoformat(said[1]), date.fromisoformat(said[2]))),
)
