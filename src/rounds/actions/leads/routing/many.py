"""Routing many leads as a set: the same verdicts as one after another, a handful of statements for all of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, fields
from datetime import datetime
from uuid import UUID

from django.db import connection

from rounds.access.sight import EVERYTHING, sight
from rounds.actions.flow import events, staged
from rounds.actions.flow.deeds import deed
from rounds.actions.leads import clocks
from rounds.actions.leads.routing import keeping, telling
from rounds.actions.leads.routing.keeping import Stored
from rounds.actions.trust import audit
from rounds.kit.actor import Actor
from rounds.models import Assignment, Lead
from rounds.models.base import signature
from rounds.models.flow.active import Active, active
from rounds.models.leads.pool import NOBODY, Unrouted, keepers_of, wanted_of, whole_pool
from rounds.rules.routing.assignment import Choice
from rounds.rules.routing.assignment import choose_many as choices_of
from rounds.rules.routing.pool import Given, Pool

ROWS = 2000
"""Leads of a block that are given out in one go."""
READ = tuple(one.name for one in fields(Unrouted))
"""What routing reads of a lead."""
_waiting: ContextVar[list[Lead] | None] = ContextVar("routed_together", default=None)


@dataclass(frozen=True)
class Chosen:
    """Leads with their choices, in one order; owner, team and queue stand on the leads already."""

    leads: list[Lead | Unrouted]
    choices: list[Choice]
    before: list[UUID | None]
    now: Active
    pool: Pool | None = None


def choose_many(leads: Sequence[Lead | Unrouted], *, at: datetime, declined: Mapping[UUID, list[UUID]] | None = None,
                given: Given | None = None) -> Chosen:  # fmt: skip
    """Choose for leads that are scored and placed, written or not, each seeing the loads the one before left. Puts owner,
    team and queue on them; nothing is written. `declined`: whom a lead passes over;
    `given`: what another transaction gave and did not commit yet. Looks at everything: call it inside `sight(EVERYTHING)` or a worker's."""
    now = active()
    keepers = keepers_of({lead.account_id for lead in leads if lead.account_id})
    no = declined or {}
    wanted = [wanted_of(lead, now.playbook, keepers.get(lead.account_id, NOBODY), no.get(lead.id, ())) for lead in leads]
    pool = whole_pool(now.playbook, at, {keeper.owner for keeper in keepers.values() if keeper.owner})
    before = [lead.owner_id for lead in leads]
    choices = choices_of(now.playbook, wanted, pool.with_given(given))
    for lead, choice in zip(leads, choices, strict=True):
        keeping.put_on(lead, choice)
    return Chosen(list(leads), choices, before, now, pool)


def keep_many(chosen: Chosen, *, by: Actor, at: datetime, cause: str = "captured", batch: UUID | None = None,
              quiet: bool = True) -> list[Stored]:  # fmt: skip
    """Write what the choices leave behind, for leads that are written: Assignments, events, held portal invitations."""
    if cause != "captured":
        keeping.end_open([lead.id for lead in chosen.leads], at=at)
    both = list(zip(chosen.leads, chosen.choices, chosen.before, strict=True))
    rows = [keeping.stored_of(lead, choice, chosen.now, cause, before, at) for lead, choice, before in both]
    same = {**signature(by, at), "playbook_hash": chosen.now.hash, "batch_id": batch}
    staged.pour(Assignment, Stored._fields, rows, same)
    told = (keeping.told_of(lead, choice, cause, before) for lead, choice, before in both)
    events.pour(told, by=by, at=at, batch=batch, quiet=quiet)
    keeping.prepare_portal(chosen.leads, chosen.choices, by=by, at=at)
    return rows


def route_many(leads: Sequence[Lead], *, by: Actor, at: datetime, cause: str = "captured", batch: UUID | None = None,
               quiet: bool = True) -> list[Stored]:  # fmt: skip
    """Give many leads as a set, in the order given. A lead somebody got meanwhile is left to them.

    Effects: those of `route` for each lead, and one audit entry. Quiet unless said: clocks start, and people hear of it,
    when the batch is released.
    """
    if not leads:
        return []
    with deed(by), sight(EVERYTHING):
        keys = [lead.id for lead in leads]
        rows_ = Lead.objects.filter(id__in=keys, owner=None).order_by("id").select_for_update(no_key=True)
        free = {row[0]: Unrouted(*row) for row in rows_.values_list(*READ)}
        chosen = choose_many([free[key] for key in keys if key in free], at=at)
        _write(chosen, at)
        rows = keep_many(chosen, by=by, at=at, cause=cause, batch=batch, quiet=quiet)
        queues = Counter(choice.queue or "owned" for choice in chosen.choices)
        audit.note("lead.route_many", by=by, at=at, kind="batch", subject=batch,
                   detail={"leads": len(rows), "cause": cause, **queues})  # fmt: skip
        given = {lead.id: lead for lead in chosen.leads}
        for lead in leads:
            if (row := given.get(lead.id)) is not None:
                lead.owner_id, lead.team_id, lead.queue = row.owner_id, row.team_id, row.queue
        if not quiet:
            _follow(rows, by=by, at=at)
    return rows


def _follow(rows: Sequence[Stored], *, by: Actor, at: datetime) -> None:
    """What `route` does after each: the clocks move to the owner or are opened, and whoever was given a lead hears of it."""
    given = {row.lead_id: row for row in rows if row.owner_id is not None}
    for lead in Lead.objects.select_related("owner", "account").filter(pk__in=given).order_by("id"):
        if given[lead.id].cause == "captured":  # taken in before anybody had it: its clocks wait for an owner
            clocks.start(lead, by=by, at=at)
        telling.follow(lead, given[lead.id], by=by, at=at)


def _write(chosen: Chosen, at: datetime) -> None:
    said = [[lead.id for lead in chosen.leads], [lead.owner_id for lead in chosen.leads],
            [lead.team_id for lead in chosen.leads], [lead.queue for lead in chosen.leads]]  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE rounds_lead l SET owner_id = d.owner, team_id = d.team, queue = d.queue, updated_at = %s"
            "  FROM unnest(%s::uuid[], %s::uuid[], %s::uuid[], %s::text[]) AS d(id, owner, team, queue) WHERE l.id = d.id",
            [at, *said],
        )


@contextmanager
def together(*, by: Actor, at: datetime, batch: UUID | None = None, quiet: bool = True) -> Iterator[None]:
    """Leads captured without an owner in the block are routed at its end, as a set."""
    waiting: list[Lead] = []
    token = _waiting.set(waiting)
    try:
        yield
    finally:
        _waiting.reset(token)
    for start in range(0, len(waiting), ROWS):
        route_many(waiting[start : start + ROWS], by=by, at=at, batch=batch, quiet=quiet)


@contextmanager
def left() -> Iterator[None]:
    """Leads captured without an owner in the block are given to nobody: whoever takes them in gives them out."""
    token = _waiting.set([])
    try:
        yield
    finally:
        _waiting.reset(token)


def gathering() -> list[Lead] | None:
    """The leads of the block around that wait for its end; None where each is routed by itself."""
    return _waiting.get()
