"""The night's tending: recycle what went nowhere, open follow-ups, count relationships and what is left undone, remind of
renewals and surveys."""

from __future__ import annotations

from rounds.access.sight import system_sight
from rounds.actions.customers import surveys, terms
from rounds.actions.desk import tending
from rounds.actions.leads import recycling
from rounds.actions.market import knowing
from rounds.analytics.desk import hygiene
from rounds.kit.actor import SYSTEM_ACTOR
from rounds.kit.clock import now
from rounds.models.flow.active import active

TASK = "leads.tend"


def tend() -> int:
    """All of it, each part in a sight of its own; what was recycled and opened. Run twice, the second does nothing new."""
    at, done = now(), 0
    for part in (recycling.recycle_due, recycling.follow_up_due, knowing.know_all, terms.remind, surveys.remind):
        with system_sight():
            done += part(by=SYSTEM_ACTOR, at=at)
    with system_sight():
        tending.keep_counts(hygiene.counts(active().playbook, at=at), by=SYSTEM_ACTOR, at=at)
    return done
