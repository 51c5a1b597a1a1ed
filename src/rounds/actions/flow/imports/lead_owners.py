"""Whose imported leads become: as their file says, else as routing chooses for all of a chunk together."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from rounds.access.sight import EVERYTHING, sight
from rounds.actions.flow import staged
from rounds.actions.flow.imports.work import Work
from rounds.actions.leads import routing
from rounds.actions.leads.routing.many import Chosen
from rounds.kit.actor import Actor
from rounds.kit.ids import new_id
from rounds.models import Assignment
from rounds.models.base import signature
from rounds.models.leads.leads import CLOSED
from rounds.models.leads.pool import Unrouted
from rounds.rules.routing.pool import Given


@dataclass(slots=True)
class Draft(Unrouted):
    """A lead that is not written yet: what routing asks of it, and what else its row and its file share."""

    name: str = ""
    status: str = ""
    buying_unit_id: UUID | None = None
    captured_at: datetime | None = None


def choose(work: Work, leads: Sequence[Draft], *, at: datetime) -> Chosen | None:
    """Put owner, team and queue on the open leads that came without an owner; None where there is none. In the turn of the
    chunk: each sees what the one before gave."""
    free = [lead for lead in leads if lead.owner_id is None and lead.status not in CLOSED]
    with work.turn.choosing() as given, sight(EVERYTHING):
        chosen = routing.choose_many(free, at=at, given=given) if free else None
    work.turn.gave(_given(work, leads, at))
    return chosen


def _given(work: Work, leads: Sequence[Draft], at: datetime) -> Given:
    """What each person will carry of these leads, as the database will count it (rounds_pool of routing.sql)."""
    weights, closed, loads = work.book.assignment.load.weights, work.book.assignment.load.closed, {}
    for lead in leads:
        if lead.owner_id is not None:
            weighs, many = loads.get(str(lead.owner_id), (0, 0))
            loads[str(lead.owner_id)] = (weighs + (0 if lead.status in closed else weights.get(lead.driving_band, 0)), many + 1)
    return Given(at, loads)


def keep(work: Work, chosen: Chosen | None, leads: Sequence[Draft], written: Collection[UUID], *, by: Actor, at: datetime) -> None:
    """Write how each lead came to its owner. Effects: Assignments, quiet events; no clock starts before the release."""
    if chosen is not None:
        there = [n for n, lead in enumerate(chosen.leads) if lead.id in written]
        kept = replace(chosen, leads=[chosen.leads[n] for n in there], choices=[chosen.choices[n] for n in there],
                       before=[None] * len(there))  # fmt: skip
        routing.keep_many(kept, by=by, at=at, batch=work.of.id)
    routed = {lead.id for lead in chosen.leads} if chosen else set()
    weights = work.book.assignment.load.weights
    own = [
        (new_id(), lead.id, lead.owner_id, weights.get(lead.driving_band, 1))
        for lead in leads if lead.id in written and lead.id not in routed and lead.owner_id is not None
    ]  # fmt: skip
    if own:
        same = {"cause": "own", "reason": "it came with its owner", "accepted_at": at, "playbook_hash": work.now.hash, "batch_id": work.of.id}
        staged.pour(Assignment, ("id", "lead_id", "owner_id", "weight"), own, {**signature(by, at), **same})
