"""Whose imported leads become: as their file says, else as routing chooses for all of a chunk together."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from rounds.access.sight import EVERYTHING, sight
from rounds.actions.flow import staged
from rounds.actions.flow.imports.work import Work
from rounds.actions.leads import routing
from rounds.actions.leads.routing import keeping
from rounds.actions.leads.routing.many import Chosen
from rounds.kit.actor import Actor
from rounds.models import Assignment, Event, Lead
from rounds.models.base import signature
from rounds.models.leads.leads import CLOSED

ASSIGNED = ("id", "lead_id", "owner_id", "queue", "reason", "steps", "pool", "weight", "responds_by")
TOLD = ("id", "kind", "account_id", "lead_id", "payload")
JSON = {"steps", "pool", "payload"}


def choose(leads: Sequence[Lead], *, at: datetime) -> Chosen | None:
    """Put owner, team and queue on the open leads that came without an owner; None where there is none."""
    free = [lead for lead in leads if lead.owner_id is None and lead.status not in CLOSED]
    if not free:
        return None
    with sight(EVERYTHING):
        return routing.choose_many(free, at=at)


def keep(work: Work, chosen: Chosen | None, leads: Sequence[Lead], written: Collection[UUID], *, by: Actor, at: datetime) -> None:
    """Write how each lead came to its owner. Effects: Assignments, quiet events; no clock starts before the release."""
    if chosen is not None:
        there = [n for n, lead in enumerate(chosen.leads) if lead.id in written]
        leads_, choices = [chosen.leads[n] for n in there], [chosen.choices[n] for n in there]
        rows = [keeping.row_of(lead, choice, chosen.now, "captured", None, by, at, work.of.id) for lead, choice in zip(leads_, choices, strict=True)]
        staged.pour(Assignment, ASSIGNED, (_stored(row, ASSIGNED) for row in rows), {**signature(by, at), "cause": "captured", "playbook_hash": chosen.now.hash,
                                                                                   "batch_id": work.of.id})  # fmt: skip
        told = [keeping.event_of(lead, choice, "captured", by=by, at=at, quiet=True, batch=work.of.id) for lead, choice in zip(leads_, choices, strict=True)]
        staged.pour(Event, TOLD, (_stored(one, TOLD) for one in told), {**signature(by, at), "batch_id": work.of.id, "quiet": True})
        keeping.prepare_portal(leads_, chosen.now.playbook, choices, by=by, at=at)
    routed = {lead.id for lead in chosen.leads} if chosen else set()
    weights = work.book.assignment.load.weights
    Assignment.objects.bulk_create([
        Assignment(lead=lead, owner_id=lead.owner_id, cause="own", reason="it came with its owner", weight=weights.get(lead.driving_band, 1),
                   accepted_at=at, playbook_hash=work.now.hash, batch_id=work.of.id, **signature(by, at))
        for lead in leads if lead.id in written and lead.id not in routed and lead.owner_id is not None
    ])  # fmt: skip


def _stored(row: Assignment | Event, names: Sequence[str]) -> list[Any]:
    """The columns of a row as they are stored: thousands go in by COPY, which costs a tenth of making statements."""
    return [json.dumps(getattr(row, name)) if name in JSON else getattr(row, name) for name in names]
