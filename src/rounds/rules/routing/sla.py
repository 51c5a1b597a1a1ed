"""When each promised act is due, in calendar or in business time (C-15, PLUS-20)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from rounds.playbook import Playbook
from rounds.playbook.shapes.routing import Clock
from rounds.playbook.states import STATES
from rounds.rules.calendar import after, zone_of
from rounds.rules.facts import Check, Checker, choice, flag, refuse


def due(
    playbook: Playbook, band: str, created_at: datetime, hand_raise: bool = False, zone: ZoneInfo | None = None
) -> dict[str, datetime]:
    """task → due time, in `zone`, or in the zone of `created_at`. A hand-raise replaces its clocks."""
    found = clocks(playbook, band, hand_raise)
    return {task: after(playbook.calendar, clock, created_at, zone) for task, clock in found.items()}


def clocks(playbook: Playbook, band: str, hand_raise: bool = False) -> dict[str, Clock]:
    """What is promised to a lead of `band`: act → time limit. A hand-raise replaces its clocks (PLUS-20)."""
    found = dict(playbook.sla.bands.get(band, {}))
    return found | playbook.sla.hand_raise if hand_raise else found


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
            "territory": choice("territory", playbook.territories.names),
            "state": choice("state", tuple(STATES)),
        },
    )


def explain(playbook: Playbook, given: Mapping[str, Any]) -> dict[str, Any]:
    """When each promised act is due. With `territory` or `state` the clocks run in that place's zone."""
    facts = _checker(playbook)(given)
    missing = [name for name in ("band", "created_at") if name not in facts]
    if missing:
        return {"due": {}, "missing": missing, "lines": []}
    raised = facts.get("hand_raise", False)
    placed = "territory" in facts or "state" in facts
    zone = zone_of(playbook.calendar, state=facts.get("state", ""), territory=facts.get("territory", "")) if placed else None
    start = facts["created_at"]
    if zone is not None and start.tzinfo is None:
        start = start.replace(tzinfo=zone)
    times = due(playbook, facts["band"], start, raised, zone)
    told = clocks(playbook, facts["band"], raised)
    lines = [
        {
            "what": task,
            "level": clock.clock,
            "points": None,
            "why": f"{clock.value} {clock.unit}, {clock.clock} time",
            "source": clock.origin,
        }
        for task, clock in told.items()
    ]
    return {"due": {task: when.isoformat() for task, when in times.items()}, "missing": [], "lines": lines}
