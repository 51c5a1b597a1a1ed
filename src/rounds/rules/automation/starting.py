"""Whether an event starts an automation, and which kinds anybody listens to."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from rounds.playbook import Playbook
from rounds.playbook.happenings import CHANGES, SCORES, event_of
from rounds.playbook.shapes.automation import When

TAKEN_IN = ("captured", "imported")
"""The causes of the score a lead gets as it is taken in: `lead.captured` tells of it, so it tells nobody twice."""

GIVEN = {"lead.band": "band", "lead.score": "score"}
"""What a lead has from the moment it is taken in → where `lead.captured` says it."""


@lru_cache(maxsize=64)
def listened(playbook: Playbook) -> frozenset[str]:
    """The kinds of event that some automation of the playbook listens to, whether it is switched on or not."""
    found: set[str] = set()
    for automation in playbook.automations.values():
        found |= kinds_of(automation.when)
    return frozenset(found)


def kinds_of(when: When) -> frozenset[str]:
    """The kinds of event that can start it."""
    if when.event:
        return frozenset({when.event})
    if when.change:
        return frozenset({event_of(when.change), *(["lead.captured"] if when.change in GIVEN else [])})
    if when.score:
        return frozenset({SCORES[when.score], *(["lead.captured"] if when.score in GIVEN else [])})
    return frozenset()


def starts(when: When, kind: str, payload: Mapping[str, Any]) -> bool:
    """Whether an event of `kind` with `payload` starts it."""
    if kind not in kinds_of(when):
        return False
    if when.change:
        return _changed(when, kind, payload)
    if when.score:
        return _crossed(when, kind, payload)
    return True


def _changed(when: When, kind: str, payload: Mapping[str, Any]) -> bool:
    field = when.change or ""
    if kind == "lead.captured":
        before, after = None, payload.get(GIVEN[field])
    elif payload.get("cause") in TAKEN_IN and field in GIVEN:
        return False
    elif field in CHANGES:
        before, after = payload.get(CHANGES[field].before), payload.get(CHANGES[field].after)
    else:
        name = field.partition(".")[2]
        if name not in payload.get("changed", {}):
            return False
        before, after = payload["changed"][name]
    # A sealed value is told as [None, None]: that it is there says that it changed.
    if before == after and field in CHANGES:
        return False
    wanted = when.to if isinstance(when.to, tuple) else (when.to,)
    return when.to is None or after in wanted


def _crossed(when: When, kind: str, payload: Mapping[str, Any]) -> bool:
    """Whether the score went over, or below, the floor with this event: once for each crossing."""
    if kind == "lead.captured":
        before, after = None, payload.get(GIVEN["lead.score"])
    elif payload.get("cause") in TAKEN_IN:
        return False
    else:
        before, after = payload.get("before"), payload.get("after")
    if after is None:
        return False
    if when.reaches is not None:
        return after >= when.reaches and (before is None or before < when.reaches)
    return after < when.falls_below and before is not None and before >= when.falls_below
