"""The job behind a published playbook: all open records scored by it, chunk by chunk, until none waits."""

from __future__ import annotations

from rounds.access.sight import system_sight
from rounds.actions.flow import rescoring
from rounds.kit.actor import SYSTEM_ACTOR
from rounds.kit.clock import now

CHUNK = 200


def rescore_all() -> int:
    """Score everything that waits; how many records. A killed run goes on where it was: what is done waits no more."""
    done = 0
    with system_sight():
        kinds = rescoring.waiting()
    for kind, ids in kinds.items():
        for start in range(0, len(ids), CHUNK):
            with system_sight():
                done += rescoring.rescore_chunk(kind, ids[start : start + CHUNK], by=SYSTEM_ACTOR, at=now())
    return done
