"""When a deal may reach which stage: the calendar of the process, the plan of a deal, its age (PIPE-01, 19, 20, C-22, C-40)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Literal

from rounds.playbook import Playbook
from rounds.playbook.shapes.pipeline import Span
from rounds.rules.calendar import WEEK
from rounds.rules.facts import WrongFact, day
from rounds.rules.routing.recycle import months_after

DAYS = len(WEEK)
Age = Literal["on_track", "slow", "stalled"]
AGES: Mapping[Age, str] = {"on_track": "On track", "slow": "Slow", "stalled": "Stalled"}


@dataclass(frozen=True, slots=True)
class Expected:
    """When a stage may be reached, at the earliest and at the latest. `done` where it was."""

    stage: str
    title: str
    earliest: date
    latest: date
    done: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """`stages` from the first to the won one; `close` the window a close is expected in and what it rests on; `late` where even the
    latest day of it has passed. `macro`: what a deal typically takes, beside it."""

    stages: tuple[Expected, ...]
    close: tuple[date, date]
    basis: str
    late: bool
    macro: tuple[Expected, ...]


def weeks_between(playbook: Playbook, first: str, last: str) -> Span:
    """The weeks from the beginning of process stage `first` to the end of `last`."""
    codes = list(playbook.process.by_code)
    part = playbook.process.stages[codes.index(first) : codes.index(last) + 1]
    return Span(low=sum(entry.weeks.low for entry in part), high=sum(entry.weeks.high for entry in part))


def last_before_won(playbook: Playbook) -> str:
    """The process stage whose end is a won deal."""
    codes = list(playbook.process.by_code)
    return codes[codes.index(playbook.stages.process_of(playbook.stages.ending("won"))) - 1]


def measured_by(playbook: Playbook, stage: str) -> str:
    """The process stage whose weeks a deal in `stage` is measured by: its own, or that of what it works on (C-21)."""
    book = playbook.stages
    if book.duration_basis == "by_name" or stage not in book.open:
        return book.process_of(stage)
    following = book.way[book.way.index(stage) + 1]
    return book.process_of(following) if following in book.open else last_before_won(playbook)


def weeks_of(playbook: Playbook, stage: str) -> Span:
    """How long a deal may stay in the process stage of `stage`, in weeks."""
    return playbook.process.by_code[measured_by(playbook, stage)].weeks


def age(playbook: Playbook, stage: str, days: int) -> tuple[Age, Span]:
    """How a deal that stands for so many days in the process stage of `stage` is doing, and its weeks (PIPE-19)."""
    weeks, rule = weeks_of(playbook, stage), playbook.stages.ageing
    most = weeks.high * DAYS
    state: Age = "stalled" if days > most * rule.stalled_above else "slow" if days > most * rule.slow_above else "on_track"
    return state, weeks


def plan(playbook: Playbook, stage: str, *, opened: date, since: date, today: date, entered: Mapping[str, date] | None = None,
         segment_months: Span | None = None) -> Plan:  # fmt: skip
    """The plan of a deal that entered the process stage of `stage` on `since`: what is still to come is not before today.

    `entered`: the day each stage was first reached. Within a process stage its stages share the weeks equally.
    """
    book, entered = playbook.stages, dict(entered or {})
    here = book.way.index(stage)
    found = [Expected(code, book.by_code[code].title, entered.get(code, opened), entered.get(code, opened), True) for code in book.way[: here + 1]]
    for code in book.way[here + 1 :]:
        low, high = _from(playbook, stage, code)
        dates = (max(today, since + timedelta(days=days)) for days in (low, high))
        found.append(Expected(code, book.by_code[code].title, *dates))
    close, basis = _close(playbook, found[-1], opened, today, segment_months)
    late = not book.by_code[stage].end and close[1] <= today and _latest(playbook, stage, since) < today
    return Plan(tuple(found), close, basis, late, macro(playbook, opened))


def _from(playbook: Playbook, stage: str, code: str) -> tuple[int, int]:
    """Days from the entry into the process stage of `stage` to the entry into `code`, at least and at most."""
    book, process = playbook.stages, playbook.process.by_code
    order = list(process)
    first, last = book.process_of(stage), book.process_of(code)
    weeks = [process[name].weeks for name in order[order.index(first) : order.index(last)]]
    share = [name for name in book.way if book.process_of(name) == last]
    place, parts = share.index(code), len(share)
    part = process[last].weeks
    low, high = (sum(getattr(one, side) for one in weeks) * DAYS + getattr(part, side) * DAYS * place // parts for side in ("low", "high"))
    return low, high


def _latest(playbook: Playbook, stage: str, since: date) -> date:
    won = playbook.stages.ending("won")
    return since + timedelta(days=_from(playbook, stage, won)[1])


def _close(playbook: Playbook, won: Expected, opened: date, today: date, months: Span | None) -> tuple[tuple[date, date], str]:
    """The window of the close: the segment's months from the opening where one is known, else the stages' weeks (C-40)."""
    if won.done:
        return (won.earliest, won.latest), "closed"
    if playbook.process.estimate.by == "segment" and months is not None:
        return (max(today, after(opened, months.low)), max(today, after(opened, months.high))), "segment"
    return (won.earliest, won.latest), "stages"


def months_of(playbook: Playbook, *, org_type: str, subtype: str, beds: int | None) -> Span | None:
    """How many months an account of this kind takes to decide; None where no segment is known for it (C-40)."""
    for one in playbook.process.estimate.segments:
        typed = org_type in one.org_types or subtype in one.subtypes
        if typed and (one.beds_at_least is None or (beds is not None and beds >= one.beds_at_least)):
            found = next(play.decision_months for play in playbook.programme.plays if play.play == one.play)
            return Span(low=int(found.low), high=int(found.high)) if found is not None else None
    return None


def macro(playbook: Playbook, start: date) -> tuple[Expected, ...]:
    """What a deal that began on `start` typically takes, leg by leg (C-22)."""
    found, low, high = [], 0, 0
    for leg in playbook.process.macro.legs:
        low, high = low + leg.months.low, high + leg.months.high
        found.append(Expected(leg.to, leg.title, after(start, low), after(start, high)))
    return tuple(found)


def after(start: date, months: int) -> date:
    """The same day so many months later, or the last of a shorter month."""
    from datetime import datetime

    return months_after(datetime(start.year, start.month, start.day), months).date()  # noqa: DTZ001 - a day has no zone


def explain(playbook: Playbook, given: Mapping[str, Any]) -> dict[str, Any]:
    """The whole process as a calendar: {"start_date": "2026-01-05"}."""
    for name in given:
        if name != "start_date":
            raise WrongFact(f"'{str(name)[:60]}' is not asked here. It takes: start_date.", field=str(name)[:60])
    start = day("start_date")(given.get("start_date"))
    codes = list(playbook.process.by_code)
    last = last_before_won(playbook)
    sale, whole = weeks_between(playbook, codes[0], last), weeks_between(playbook, codes[0], codes[-1])
    lines, low, high = [], 0, 0
    for entry in playbook.process.stages:
        low, high = low + entry.weeks.low, high + entry.weeks.high
        lines.append({"what": entry.title, "stage": entry.stage, "weeks": [entry.weeks.low, entry.weeks.high],
                      "ends": _window(start, Span(low=low, high=high)), "source": entry.origin})  # fmt: skip
    return {
        "weeks_1_6": [sale.low, sale.high], "weeks_1_7": [whole.low, whole.high], "close_window": _window(start, sale),
        "implemented_window": _window(start, whole), "lines": lines,
        "macro": [{"leg": one.title, "by": [one.earliest.isoformat(), one.latest.isoformat()]} for one in macro(playbook, start)],
    }  # fmt: skip


def _window(start: date, weeks: Span) -> list[str]:
    return [(start + timedelta(weeks=side)).isoformat() for side in (weeks.low, weeks.high)]
