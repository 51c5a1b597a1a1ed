"""What time does to leads: taken back where nobody answered, given to who is there again, told of where nobody is."""

from __future__ import annotations

from uuid import UUID

from rounds.access.sight import system_sight
from rounds.actions.leads.routing import telling, waiting
from rounds.kit.actor import SYSTEM_ACTOR
from rounds.kit.clock import now


def follow(assignment: str) -> bool:
    """Start the clocks of a captured lead and tell its owner. May run twice."""
    with system_sight():
        return telling.catch_up(UUID(assignment), by=SYSTEM_ACTOR, at=now())


def tend() -> int:
    """One round, each lead in a transaction of its own; how many were moved or told of. Several workers may tend at once."""
    at, moved = now(), 0
    with system_sight():
        late, lost = waiting.unanswered(at=at), waiting.stranded(at=at)
    for row in late:
        with system_sight():
            moved += waiting.time_out(row, by=SYSTEM_ACTOR, at=at)
    for lead in lost:
        with system_sight():
            moved += waiting.look_again(lead, by=SYSTEM_ACTOR, at=at)
    with system_sight():
        return moved + waiting.alert(by=SYSTEM_ACTOR, at=at)
