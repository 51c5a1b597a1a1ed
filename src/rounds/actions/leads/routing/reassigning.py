"""Giving leads to others by the router: what would come of it, done row by row, taken back (ROUTE-16)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from rounds.access.sight import EVERYTHING, sight
from rounds.actions.flow import events
from rounds.actions.leads.routing.giving import declined_by, give
from rounds.actions.leads.routing.many import choose_many
from rounds.actions.leads.routing.one import choose, route
from rounds.kit.actor import Actor
from rounds.kit.refusal import Refusal
from rounds.models import Assignment, Lead, User
from rounds.models.flow.active import active
from rounds.rules.routing.pool import capacity_of


class NobodyElse(Refusal):
    """Nobody else can take this lead now; it stays where it is."""


@dataclass(frozen=True, slots=True)
class Load:
    """What one person carries before and after, and how many of the leads they would lose and get."""

    name: str
    before: int
    after: int
    capacity: int
    gets: int
    loses: int


@dataclass(frozen=True, slots=True)
class Preview:
    """Who would get what: (lead, from, to or the queue, why) of the first ones, and the load of everybody it touches."""

    moves: list[tuple[Lead, str, str, str]]
    loads: list[Load]
    stay: int
    total: int


def preview_reassign(leads: Sequence[Lead], *, at: datetime, most: int = 40) -> Preview:
    """What `reassign` would do to these leads. Nothing is written."""
    with sight(EVERYTHING):
        names = dict(User.objects.filter(pk__in={lead.owner_id for lead in leads if lead.owner_id}).values_list("id", "name"))
        chosen = choose_many(list(leads), at=at, declined={lead.id: [lead.owner_id] for lead in leads if lead.owner_id})
        said, weights = chosen.now.playbook, chosen.now.playbook.assignment.load
        moves, change, stay = [], {}, 0
        for lead, choice, before in zip(chosen.leads, chosen.choices, chosen.before, strict=True):
            lead.owner_id = before
            if choice.owner is None:
                stay += 1
            else:
                change.setdefault(choice.owner, [0, 0, 0])
                change[choice.owner][0] += choice.weight
                change[choice.owner][1] += 1
                if before is not None and lead.status not in weights.closed:
                    change.setdefault(str(before), [0, 0, 0])
                    change[str(before)][0] -= choice.weight
                    change[str(before)][2] += 1
            if len(moves) < most:
                moves.append((lead, names.get(before, ""), choice.name, choice.reason))
        reps = chosen.pool.by_id if chosen.pool else {}
        loads = [Load(rep.name, rep.load, rep.load + by, capacity_of(said, rep), gets, loses)
                 for key, (by, gets, loses) in change.items() if (rep := reps.get(key)) is not None]  # fmt: skip
    return Preview(moves, sorted(loads, key=lambda load: (-load.gets, load.name)), stay, len(chosen.leads))


def reassign(lead: Lead, *, by: Actor, at: datetime) -> Assignment:
    """Give a lead to somebody else than who has it, as the router would. Effects: those of `route`. Raises NobodyElse."""
    without = [*declined_by(lead), *([lead.owner_id] if lead.owner_id else [])]
    with sight(EVERYTHING):
        choice = choose(Lead.objects.get(pk=lead.pk), active(), at, declined=without)
        if choice.owner is None:
            raise NobodyElse(f"Nobody else can take it: {choice.reason}.")
        return route(lead, by=by, at=at, cause="reassigned", declined=without, quiet=events.running_batch() is not None)


def take_back(lead: Lead, payload: dict[str, Any], *, by: Actor, at: datetime) -> bool:
    """Give a lead back to whom it had before an assignment; False where somebody changed it since, or they have left."""
    if str(lead.owner_id or "") != (payload["owner_after"] or ""):
        return False
    key = payload["owner_before"]
    before = User.objects.filter(pk=UUID(key), is_active=True).first() if key else None
    if key and before is None:
        return False
    Assignment.objects.filter(lead=lead, ended_at=None).update(undone_at=at)
    give(lead, before, by=by, at=at, reason="undone", cause="undone", quiet=True)
    return True
