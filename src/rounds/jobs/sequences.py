"""What is due in sequences is looked at: each step in a transaction of its own, whichever worker comes first."""

from __future__ import annotations

import logging

from rounds.access.sight import system_sight
from rounds.actions.reach import following, stepping
from rounds.kit.actor import SYSTEM_ACTOR
from rounds.kit.clock import now

log = logging.getLogger("rounds.worker")


def look() -> int:
    """Do what is due now, in bites; how many steps. A step that breaks is left for the next look and stops nobody else."""
    at, looked = now(), 0
    with system_sight():
        keys = stepping.due(at)
    for key in keys:
        try:
            with system_sight():
                looked += bool(stepping.take(key, by=SYSTEM_ACTOR, at=now()))
        except Exception as fault:
            log.error("Step %s of a sequence broke: %s", key, type(fault).__name__)
            with system_sight():
                stepping.put_off(key, at=now())
    return looked


def count_followed() -> int:
    """Count the links that people followed, once no scanner can come after them any more; how many."""
    with system_sight():
        return following.settle(by=SYSTEM_ACTOR, at=now())
