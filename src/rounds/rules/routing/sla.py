"""When each promised act is due, in calendar or in business time (C-15, PLUS-20)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time, timedelta
from functools import lru_cache
from typing import Any

from rounds.playbook import Playbook
from rounds.playbook.shapes.routing import Business, Clock
from rounds.rules.facts import Check, Checker, choice, flag, refuse

WEEK = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def due(playbook: Playbook, band: str, created_at: datetime, hand_raise: bool = False) -> dict[str, datetime]:
    """task → due time, in the time zone of `created_at` (the territory's own). A hand-raise replaces its clocks."""
    clocks = dict(playbook.sla.bands.get(band, {}))
    if hand_raise:
        clocks |= playbook.sla.hand_raise
    return {task: after(playbook.sla.business, clock, created_at) for task, clock in clocks.items()}


def after(business: Business, clock: Clock, start: datetime) -> datetime:
    """`start` plus the clock's time."""
    span = timedelta(**{clock.unit: clock.value})
    if clock.clock == "calendar":
        return start + span
    if clock.unit == "days":
        return _days(business, start, clock.value)
    return _hours(business, start, span)


def _open(business: Business, day: datetime) -> tuple[datetime, datetime] | None:
    if WEEK[day.weekday()] not in business.days:
        return None
    at = [
        datetime.combine(day.date(), time.fromisoformat(edge), tzinfo=day.tzinfo)
        for edge in (business.start, business.end)
    ]
    return at[0], at[1]


def _days(business: Business, start: datetime, days: int) -> datetime:
    """The same time of day, so many working days later."""
    moment = start
    while days > 0:
        moment += timedelta(days=1)
        if WEEK[moment.weekday()] in business.days:
            days -= 1
    return moment


def _hours(business: Business, start: datetime, left: timedelta) -> datetime:
    """Working time only: what does not fit today runs on at the next opening."""
    moment = start
    while True:
        hours = _open(business, moment)
        if hours is not None:
            begin = max(moment, hours[0])
            if begin < hours[1]:
                if begin + left <= hours[1]:
                    return begin + left
                left -= hours[1] - begin
        midnight = datetime.combine(moment.date() + timedelta(days=1), time.min, tzinfo=moment.tzinfo)
        moment = midnight


def moment(name: str) -> Check:
    """A time as datetime or ISO text, such as 2026-03-06T10:00:00."""

    def check(value: Any) -> datetime:
        if isinstance(value, datetime):
            found = value
        else:
            try:
                found = datetime.fromisoformat(value)
            except (TypeError, ValueError):
                raise refuse(name, "a time such as 2026-03-06T10:00:00", value) from None
        if not 1970 <= found.year <= 2200:
            raise refuse(name, "a time between 1970 and 2200", value)
        return found

    return check


@lru_cache(maxsize=64)
def _checker(playbook: Playbook) -> Checker:
    return Checker(
        playbook,
        {
            "band": choice("band", tuple(playbook.roles.by_band.map)),
            "created_at": moment("created_at"),
            "hand_raise": flag("hand_raise"),
        },
    )


def explain(playbook: Playbook, given: Mapping[str, Any]) -> dict[str, Any]:
    facts = _checker(playbook)(given)
    missing = [name for name in ("band", "created_at") if name not in facts]
    if missing:
        return {"due": {}, "missing": missing, "lines": []}
    raised = facts.get("hand_raise", False)
    times = due(playbook, facts["band"], facts["created_at"], raised)
    clocks = dict(playbook.sla.bands.get(facts["band"], {})) | (playbook.sla.hand_raise if raised else {})
    lines = [
        {
            "what": task,
            "level": clock.clock,
            "points": None,
            "why": f"{clock.value} {clock.unit}, {clock.clock} time",
            "source": clock.origin,
        }
        for task, clock in clocks.items()
    ]
    return {"due": {task: when.isoformat() for task, when in times.items()}, "missing": [], "lines": lines}
