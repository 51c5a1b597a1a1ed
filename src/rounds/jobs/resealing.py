"""The job behind a key rotation: everything sealed again, chunk by chunk. Killed at any time it goes on where it was."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from django.db import connection

from rounds.access.sight import system_sight
from rounds.actions.trust import keys
from rounds.kit.actor import SYSTEM_ACTOR
from rounds.kit.clock import now
from rounds.kit.refusal import Refusal
from rounds.models import KeyRotation

CHUNK = 500
"""Values sealed in one transaction: some tens of milliseconds during which writers of those rows wait."""
ROUNDS = 5
"""Times the whole is gone through: a process that had not heard of the new ring may have written with the old key."""


class RotationGoesOn(Refusal):
    """Another process seals everything anew just now; `rounds keys status` says how far it is."""


def finish(say: Callable[[int], None] = lambda rows: None) -> KeyRotation | None:
    """Bring the unfinished rotation to its end; None where there is none. `say` hears how many values were replaced.

    Raises RotationGoesOn where another process is at it, Unopened where a value does not open.
    """
    with _alone():
        with system_sight():
            rotation = keys.going_on()
        if rotation is None:
            return None
        if not rotation.rows and not rotation.place:
            time.sleep(keys.SETTLED)
        blind = rotation.key.startswith("blind")
        for _ in range(ROUNDS):
            if not _through(rotation, keys.reindex if blind else keys.reseal, say):
                break
        with system_sight():
            if not blind and (left := sum(n for key, n in keys.counted().items() if key != rotation.key)):
                raise keys.KeyInUse(f"{left:,} values are written with an old key again and again: restart what runs.")
            return keys.finish(rotation, by=SYSTEM_ACTOR, at=now())


def _through(rotation: KeyRotation, step: Callable[..., keys.Chunk], say: Callable[[int], None]) -> int:
    """Go through everything once from where the rotation stands; how many values were replaced."""
    changed, place = 0, list(rotation.place)
    while True:
        with system_sight():  # one transaction a chunk
            done = step(rotation, place, CHUNK)
        changed += done.sealed
        say(rotation.rows)
        if done.place is None:
            return changed
        place = done.place


@contextmanager
def _alone() -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(hashtext('rounds.resealing'))")
        if not cursor.fetchone()[0]:
            raise RotationGoesOn
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_unlock(hashtext('rounds.resealing'))")
