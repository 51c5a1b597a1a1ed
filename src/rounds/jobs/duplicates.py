"""The job behind duplicates: every night, or when somebody asks, one noun after another."""

from __future__ import annotations

from rounds.access.sight import system_sight
from rounds.actions.market import duplicates
from rounds.kit.actor import SYSTEM_ACTOR
from rounds.kit.clock import now


def find_all(noun: str | None = None) -> int:
    """Look through every noun, or `noun`; how many pairs are alike. Run twice it finds the same."""
    found = 0
    for one in [noun] if noun else list(duplicates.COLUMNS):
        with system_sight():
            found += duplicates.look_through(one, by=SYSTEM_ACTOR, at=now())["found"]
    return found
