"""Routing one lead: inside its capture, or again because somebody declined or nobody was there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from rounds.access.sight import whole_sight
from rounds.actions.flow import events
from rounds.actions.flow.deeds import deed
from rounds.actions.leads.routing import keeping, telling
from rounds.actions.trust import audit
from rounds.kit.actor import Actor
from rounds.models import Assignment, Lead
from rounds.models.flow.active import Active, active
from rounds.models.leads.pool import keeper_of, pool_for, take_turn, wanted_of
from rounds.playbook import Playbook
from rounds.rules.routing.assignment import Choice, choose_one
from rounds.rules.routing.pool import Pool, Wanted

TURNS = 4
"""How often the choice is made anew because somebody else was given a lead meanwhile, before it stands as it is."""


def route(lead: Lead, *, by: Actor, at: datetime, cause: str = "captured", declined: Iterable[UUID] = (),
          quiet: bool = False) -> Assignment:  # fmt: skip
    """Give `lead` to whom the playbook names, or lay it into the queue it names.

    The lead is locked first: two workers never give one lead twice. Effects: owner, team and queue of the lead, an
    Assignment that ends the one before, a held PortalInvitation, lead.assigned or lead.queued, an audit entry; then the
    clocks and who is told, unless quiet.
    """
    with deed(by), whole_sight(lead):
        lead = Lead.objects.select_for_update(of=("self",), no_key=True).get(pk=lead.pk)
        now, before = active(), lead.owner_id
        choice = choose(lead, now, at, declined=declined)
        lead.updated_at = at
        lead.save(update_fields=["owner", "team", "queue", "updated_at"])
        kept = keep(lead, choice, now, cause=cause, before=before, by=by, at=at, quiet=quiet)
        events.record_all([keeping.event_of(lead, choice, cause, before, by=by, at=at, quiet=quiet)])
        audit.note("lead.route", by=by, at=at, kind="lead", subject=lead.id, detail=keeping.told(choice, cause))
    return kept


def choose(lead: Lead, now: Active, at: datetime, *, declined: Iterable[UUID] = ()) -> Choice:
    """Put owner, team and queue on `lead`, scored and placed, which need not be written yet. Nothing is written.

    Whoever is chosen has their turn until the transaction ends: somebody who gives out another lead meanwhile passes
    them over, and nobody waits.
    """
    book = now.playbook
    wanted = wanted_of(lead, book, keeper_of(lead.account_id), declined)
    choice = _in_turn(book, wanted, pool_for(wanted, book, at))
    keeping.put_on(lead, choice)
    return choice


def _in_turn(book: Playbook, wanted: Wanted, pool: Pool) -> Choice:
    choice = choose_one(book, wanted, pool)
    for _ in range(TURNS):
        if choice.how == "owner" or len(choice.ranked) < 2:  # nobody else could take it
            return choice
        taken, carries = take_turn(choice.ranked, book)
        rep = pool.by_id[taken]
        if taken == choice.owner and carries <= rep.load:
            return choice
        busy = choice.ranked[: choice.ranked.index(taken)]
        pool = Pool(tuple(replace(one, load=carries) if one.id == taken else one for one in pool.reps), pool.teams, pool.at)
        choice = choose_one(book, replace(wanted, busy=wanted.busy | set(busy)), pool)
        if choice.owner is None:  # all were busy at once: the fairest takes it all the same
            return choose_one(book, wanted, pool)
        if choice.owner == taken:
            return choice
    return choice


def keep(lead: Lead, choice: Choice, now: Active, *, cause: str, before: UUID | None = None, by: Actor, at: datetime,
         quiet: bool = False) -> Assignment:  # fmt: skip
    """Write down the assignment of a lead that is written, and what follows it; the event is the caller's to record."""
    row = keeping.row_of(lead, choice, now, cause, before, by, at)
    if cause != "captured":
        keeping.end_open([lead.id], at=at)
    row.save(force_insert=True)
    keeping.prepare_portal([lead], [choice], by=by, at=at)
    if not quiet and lead.owner_id is not None:
        if cause == "captured":  # whoever sends a lead does not wait for its owner to be told
            telling.defer(row)
        else:
            telling.follow(lead, row, by=by, at=at)
    return row
