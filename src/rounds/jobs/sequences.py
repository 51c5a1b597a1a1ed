"""What is due in sequences, and of letters by hand, is looked at: each in a transaction of its own, whichever worker comes first."""

from __future__ import annotations

import logging

from rounds.access.sight import system_sight
from rounds.actions.enablement import sharing
from rounds.actions.reach import following, letters, stepping
from rounds.kit.actor import SYSTEM_ACTOR
from rounds.kit.clock import now

log = logging.getLogger("rounds.worker")


def look() -> int:
    """Do what is due now, in bites; how many steps and letters. One that breaks is left for the next look and stops nobody else."""
    at, looked = now(), 0
    with system_sight():
        waiting = [(what, key) for what in (stepping, letters) for key in what.due(at)]
    for what, key in waiting:
        try:
            with system_sight():
                looked += bool(what.take(key, by=SYSTEM_ACTOR, at=now()))
        except Exception as fault:
            log.error("%s: what is due (%s) broke: %s", what.__name__.rpartition(".")[2], key, type(fault).__name__)
            with system_sight():
                what.put_off(key, at=now())
    return looked


def count_followed() -> int:
    """Count the links that people followed, in letters and to content, once no scanner can come after them any more; how many."""
    with system_sight():
        return following.settle(by=SYSTEM_ACTOR, at=now()) + sharing.settle(by=SYSTEM_ACTOR, at=now())
