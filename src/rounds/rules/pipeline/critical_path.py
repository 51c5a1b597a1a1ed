"""The critical path to signature: planned forward from today, backward from the wanted close (PLUS-28).

Steps wait for those before them, for the day a committee meets, and stand still in a freeze where they say so. The
longest chain decides the earliest day of signature; the longest step on it is the one to shorten.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from rounds.rules.pipeline.quarters import quarter_end

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Step:
    """What has to happen: `days` of work after the steps `after`. `begins_on`: not before that day; `meets_on`: it ends on the
    first of these days that its work is done by, or whenever where all have passed; `done_on`: it is over."""

    code: str
    title: str
    days: int
    whose: str = ""
    after: tuple[str, ...] = ()
    begins_on: date | None = None
    meets_on: tuple[date, ...] = ()
    done_on: date | None = None
    pauses: bool = False


@dataclass(frozen=True, slots=True)
class Freeze:
    """Days, both counted, on which steps that pause stand still."""

    code: str
    title: str
    begins: date
    ends: date
    whose: str = ""


@dataclass(frozen=True, slots=True)
class Planned:
    """A step with its days: as early as can be (`begins`, `ends`), and the latest day it must begin for the wanted close."""

    step: Step
    begins: date
    ends: date
    must_begin: date
    must_end: date
    critical: bool
    longest: bool = False

    @property
    def late_days(self) -> int:
        """By how many days it begins too late for the wanted close; 0 where it is in time or over."""
        return 0 if self.step.done_on else max(0, (self.begins - self.must_begin).days)


@dataclass(frozen=True, slots=True)
class Path:
    """The plan. `signature`: the earliest day; `short_days`: how many days after `wanted` (negative: days to spare)."""

    planned: tuple[Planned, ...]
    freezes: tuple[Freeze, ...]
    signature: date
    wanted: date
    quarter_ends: date
    closes: date | None

    @property
    def short_days(self) -> int:
        return (self.signature - self.wanted).days

    @property
    def this_quarter(self) -> bool:
        """Whether it can still be signed in the quarter of the wanted close."""
        return self.signature <= self.quarter_ends

    @property
    def in_budget(self) -> bool:
        """Whether it is signed before the customer's fiscal year closes, where that is known."""
        return self.closes is None or self.signature <= self.closes

    @property
    def longest(self) -> Planned | None:
        """The longest step of the critical path that is not over."""
        return next((one for one in self.planned if one.longest), None)


class Circle(ValueError):
    """Steps wait for each other."""


def plan(steps: Sequence[Step], freezes: Sequence[Freeze], *, today: date, wanted: date, quarter_starts: int = 1, closes: date | None = None) -> Path:
    """The plan of `steps` seen from `today`. A step that names one which is not there waits for nothing. Raises Circle."""
    order = _in_order(steps)
    ends: dict[str, date] = {}
    begins: dict[str, date] = {}
    for step in order:
        begins[step.code], ends[step.code] = _forward(step, [ends[code] for code in step.after if code in ends], freezes, today)
    must = _backward(order, freezes, wanted)
    signature = max([today, *(ends[step.code] for step in order if step.done_on is None)])
    chain = _chain(order, ends, begins, signature)
    longest = max((step for step in order if step.code in chain), key=lambda step: (ends[step.code] - begins[step.code]).days, default=None)
    planned = tuple(
        Planned(step, begins[step.code], ends[step.code], *must[step.code], step.code in chain, longest is not None and step.code == longest.code)
        for step in steps
    )
    last = max([signature, wanted])
    return Path(planned, tuple(one for one in freezes if one.begins <= last and one.ends >= today), signature, wanted,
                quarter_end(wanted, quarter_starts), closes)  # fmt: skip


def _in_order(steps: Sequence[Step]) -> list[Step]:
    """Every step after those it waits for. Raises Circle."""
    known, left, order = {step.code for step in steps}, list(steps), []
    placed: set[str] = set()
    while left:
        ready = [step for step in left if all(code in placed or code not in known for code in step.after)]
        if not ready:
            raise Circle(", ".join(step.title for step in left))
        order += ready
        placed |= {step.code for step in ready}
        left = [step for step in left if step.code not in placed]
    return order


def _forward(step: Step, before: list[date], freezes: Sequence[Freeze], today: date) -> tuple[date, date]:
    """The days of one step, as early as can be. One that is over ended when it did."""
    if step.done_on is not None:
        return step.begins_on if step.begins_on and step.begins_on <= step.done_on else step.done_on - (step.days - 1) * DAY, step.done_on
    start = max([step.begins_on or today, today, *(day + DAY for day in before)])
    stops = freezes if step.pauses else ()
    start = _out_of(start, stops)
    end, worked = start, 1
    while worked < step.days:
        end = _out_of(end + DAY, stops)
        worked += 1
    meeting = min((day for day in step.meets_on if day >= end), default=None)
    return start, meeting or end


def _out_of(day: date, freezes: Sequence[Freeze]) -> date:
    """`day` itself, or the first day after the freezes it lies in."""
    while (one := next((f for f in freezes if f.begins <= day <= f.ends), None)) is not None:
        day = one.ends + DAY
    return day


def _into(day: date, freezes: Sequence[Freeze]) -> date:
    """`day` itself, or the last day before the freezes it lies in."""
    while (one := next((f for f in freezes if f.begins <= day <= f.ends), None)) is not None:
        day = one.begins - DAY
    return day


def _backward(order: Sequence[Step], freezes: Sequence[Freeze], wanted: date) -> dict[str, tuple[date, date]]:
    """For each step the latest days it may begin and end, so that `wanted` is kept."""
    found: dict[str, tuple[date, date]] = {}
    for step in reversed(order):
        waiting = [found[other.code][0] - DAY for other in order if step.code in other.after]
        stops = freezes if step.pauses else ()
        end = min([wanted, *waiting])
        end = _into(max((day for day in step.meets_on if day <= end), default=end), stops)
        start, worked = end, 1
        while worked < step.days:
            start = _into(start - DAY, stops)
            worked += 1
        found[step.code] = (start, end)
    return found


def _chain(order: Sequence[Step], ends: dict[str, date], begins: dict[str, date], signature: date) -> set[str]:
    """The steps nothing could be saved without: back from the last one over whichever it waited for."""
    steps = {step.code: step for step in order}
    now = [step.code for step in order if step.done_on is None and ends[step.code] == signature]
    found: set[str] = set()
    while now:
        code = now.pop()
        if code in found:
            continue
        found.add(code)
        waited = [other for other in steps[code].after if other in steps and steps[other].done_on is None]
        last = max((ends[other] for other in waited), default=None)
        held_back = steps[code].begins_on is not None and begins[code] == steps[code].begins_on and (last is None or last + DAY < begins[code])
        now += [] if held_back else [other for other in waited if ends[other] == last]
    return found


def freezes_between(said: Sequence[tuple[str, str, str, str, str]], first: date, last: date) -> list[Freeze]:
    """The freezes of every year that touch `first` to `last`: (code, title, whose, from, to), the days as month-day."""
    found = []
    for code, title, whose, begins, ends in said:
        for year in range(first.year - 1, last.year + 1):
            start = _day(year, begins)
            end = _day(year, ends)
            end = end if end >= start else _day(year + 1, ends)
            if start <= last and end >= first:
                found.append(Freeze(code, title, start, end, whose))
    return sorted(found, key=lambda one: one.begins)


def _day(year: int, said: str) -> date:
    month, day = map(int, said.split("-"))
    while True:
        try:
            return date(year, month, day)
        except ValueError:  # the 29th of February in a year without one
            day -= 1
