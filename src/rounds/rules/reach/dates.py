"""On which days a sequence is due, and when it may be sent (COMM-01 to COMM-04, COMM-08, C-28, C-29).

Days are days of the calendar where the person is: a day is not 24 hours in the night the clocks are changed, and the
29th of February is a day like others.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from rounds.playbook import Playbook
from rounds.playbook.shapes.days import Calendar
from rounds.playbook.shapes.reaching import Window
from rounds.playbook.shapes.sequences import Sequence, SequenceStep
from rounds.rules.calendar import WEEK, is_open_day, zone_of
from rounds.rules.facts import Checker, day, text

YEAR = 365
"""Days looked ahead for one that is open."""


@dataclass(frozen=True, slots=True)
class Placed:
    """A step on its day: `due` as the sequence counts, `send_on` after weekends and holidays."""

    position: int
    step: SequenceStep
    due: date
    send_on: date


def offset(sequence: Sequence, step: SequenceStep) -> int:
    """Days from the anchor to the step: day N of a sequence that counts from 1 is N−1 days later; week N begins (N−1)×7
    days later."""
    if step.week is not None:
        return (step.week - 1) * len(WEEK)
    return _days(step.day or 0, sequence.day_base)


def _days(said: int, base: int) -> int:
    return said - base if base else said


def placed(sequence: Sequence, begins: date, calendar: Calendar, window: Window) -> list[Placed]:
    """Every step that is not left out, in order, with its days. Placeholders are among them where they are shown."""
    found = []
    for position, step in enumerate(sequence.steps):
        if step.off and sequence.placeholders == "left_out":
            continue
        due = begins + timedelta(days=offset(sequence, step))
        found.append(Placed(position, step, due, open_on(due, calendar, window)))
    return found


def open_on(due: date, calendar: Calendar, window: Window) -> date:
    """The day itself, or the next one on which mail may arrive."""
    if window.closed == "send_exactly":
        return due
    for ahead in range(YEAR):
        found = due + timedelta(days=ahead)
        if WEEK[found.weekday()] in window.days and is_open_day(calendar, found):
            return found
    return due


def opens(on: date, window: Window, zone: ZoneInfo) -> datetime:
    """When the window opens on that day where the person is, in UTC; an hour the clocks skip comes right after."""
    return _utc(on, window.start, zone)


def closes(on: date, window: Window, zone: ZoneInfo) -> datetime:
    """When it closes, in UTC."""
    return _utc(on, window.end, zone)


def _utc(on: date, said: str, zone: ZoneInfo) -> datetime:
    return datetime.combine(on, time.fromisoformat(said), tzinfo=zone).astimezone(UTC)


def next_time(moment: datetime, calendar: Calendar, window: Window, zone: ZoneInfo) -> datetime:
    """`moment` itself where it lies in the window of the person's zone, else the next opening, in UTC."""
    local = moment.astimezone(zone).date()
    on = open_on(local, calendar, window)
    if on == local:
        if moment < closes(on, window, zone):
            return max(moment.astimezone(UTC), opens(on, window, zone))
        on = open_on(local + timedelta(days=1), calendar, window)
    return opens(on, window, zone)


def explain(playbook: Playbook, name: str, given: Mapping[str, Any]) -> dict[str, Any]:
    """`start_date` (of enrolment, or of the demonstration), `state`: whose clock. The days of every step that is done."""
    sequence = playbook.sequences[name]
    facts = Checker(playbook, {"start_date": day("start_date"), "state": text("state")})(given)
    if "start_date" not in facts:
        return {"due": [], "send_on": [], "steps": [], "missing": ["start_date"], "lines": []}
    window = playbook.reach.window
    zone = zone_of(playbook.calendar, state=facts.get("state", ""))
    steps = [one for one in placed(sequence, facts["start_date"], playbook.calendar, window) if not one.step.off]
    return {
        "due": [one.due.isoformat() for one in steps],
        "send_on": [one.send_on.isoformat() for one in steps],
        "from": [opens(one.send_on, window, zone).isoformat() for one in steps],
        "steps": [{"step": one.step.step, "title": one.step.title, "do": one.step.do} for one in steps],
        "state": sequence.state,
        "missing": [],
        "lines": [
            {"what": one.step.title, "level": None, "points": None, "source": sequence.origin, "why": _why(sequence, one)}
            for one in steps
        ],
    }  # fmt: skip


def _why(sequence: Sequence, one: Placed) -> str:
    said = f"week {one.step.week}" if one.step.week is not None else f"day {one.step.day}, counted from {sequence.day_base}"
    moved = f"; {one.due:%A} is no business day, so it goes on {one.send_on:%A, %-d %B}" if one.send_on != one.due else ""
    return f"{said}: {one.due:%A, %-d %B %Y}{moved}"
