"""The night's look at agreements that come to their end."""

from __future__ import annotations

from rounds.access.sight import system_sight
from rounds.actions.deals import contract_ends
from rounds.actions.enablement import handoffs
from rounds.actions.trust import ends_told
from rounds.kit.actor import SYSTEM_ACTOR
from rounds.kit.clock import now

TELLS = (ends_told.tell_baas, contract_ends.tell_contracts, handoffs.tell_late)


def tell() -> int:
    """Tell each end that is due to be told, each notice once; how many."""
    at, done = now(), 0
    for part in TELLS:
        with system_sight():
            done += part(by=SYSTEM_ACTOR, at=at)
    return done
