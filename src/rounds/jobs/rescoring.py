"""The jobs behind a published playbook and behind the passing of time: open records scored again, chunk by chunk."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from rounds.access.sight import system_sight
from rounds.actions.flow import rescoring
from rounds.actions.market import warmth
from rounds.kit.actor import SYSTEM_ACTOR
from rounds.kit.clock import now

CHUNK = 200


def rescore_all() -> int:
    """Score everything that waits; how many records. A killed run goes on where it was: what is done waits no more."""
    with system_sight():
        kinds = rescoring.waiting()
    return sum(_through(kind, ids) for kind, ids in kinds.items())


def rescore_aged() -> int:
    """Score what an unfinished run left, then what time has moved: units, their hospitals, then leads, because each
    stands on the one before; how many records."""
    done = rescore_all()
    with system_sight():
        units = rescoring.aged_accounts(now())
    done += _through("account", units, rescoring.TIME_PASSED)
    with system_sight():
        below = rescoring.aged_accounts(now())
    done += _through("account", below, rescoring.TIME_PASSED)
    with system_sight():
        leads = rescoring.aged_leads(now())
    done += _through("lead", leads, rescoring.TIME_PASSED)
    with system_sight():
        return done + warmth.cool(by=SYSTEM_ACTOR, at=now())


def _through(kind: str, ids: Sequence[UUID], cause: str = "") -> int:
    done = 0
    for start in range(0, len(ids), CHUNK):
        with system_sight():
            chunk = ids[start : start + CHUNK]
            done += rescoring.rescore_chunk(kind, chunk, by=SYSTEM_ACTOR, at=now(), cause=cause)
    return done
