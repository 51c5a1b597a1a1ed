"""Giving by hand, and the answer of whoever was given a lead: accepted, or declined with a reason (ROUTE-16)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from rounds.actions.flow import events
from rounds.actions.flow.deeds import deed
from rounds.actions.leads.routing import keeping, telling
from rounds.actions.leads.routing.one import route
from rounds.actions.people import admins
from rounds.actions.trust import audit, phi
from rounds.actions.trust.free_text import unworded
from rounds.kit.actor import Actor
from rounds.kit.refusal import Refusal
from rounds.models import Assignment, Lead, User
from rounds.models.base import signature
from rounds.models.flow.active import active
from rounds.rules.routing.assignment import MANAGER


class OwnerAway(Refusal):
    """That person no longer works here; choose somebody active."""

    status = 422
    field = "owner"


class NotYours(Refusal):
    """Only whoever a lead was given to accepts or declines it; claim it, or ask its owner."""

    status = 403


class DeclineWhy(Refusal):
    """Say why you decline: whoever gets the lead next reads it."""

    status = 422
    field = "reason"


@phi.texts("reason")
def give(lead: Lead, owner: User | None, *, by: Actor, at: datetime, reason: str = "", cause: str = "",
         batch: UUID | None = None, quiet: bool = False) -> Lead:  # fmt: skip
    """Give a lead to `owner` (None: back to the manager's queue).

    Effects: owner, team and queue, an Assignment that ends the one before, lead.assigned, an audit entry; the clocks and
    word of it, unless quiet. Raises OwnerAway (422).
    """
    if owner is not None and not owner.is_active:
        raise OwnerAway
    with deed(by):
        lead = Lead.objects.select_for_update().get(pk=lead.pk)
        before = lead.owner_id
        if before == (owner.id if owner else None):
            return lead
        lead.owner, lead.team_id = owner, owner.team_id if owner else lead.team_id
        lead.queue, lead.updated_at = "" if owner else MANAGER, at
        lead.save(update_fields=["owner", "team", "queue", "updated_at"])
        claimed = before is None and owner is not None and by.is_human and by.id == owner.id
        row = _kept(lead, before, cause or ("claimed" if claimed else "given"), reason, batch, by=by, at=at)
        payload = {
            "owner_before": str(before) if before else None, "owner_after": str(owner.id) if owner else None,
            "owner_name": owner.name if owner else "", "reason": reason, "cause": row.cause, "band": lead.driving_band,
        }  # fmt: skip
        events.record("lead.assigned", payload, by=by, at=at, lead=lead.id, account=lead.account_id, batch=batch, quiet=quiet)
        audit.note("lead.assign", by=by, at=at, kind="lead", subject=lead.id, detail=unworded(payload))
        if owner is not None and not quiet:
            telling.follow(lead, row, by=by, at=at)
    return lead


def _kept(lead: Lead, before: UUID | None, cause: str, reason: str, batch: UUID | None, *, by: Actor, at: datetime) -> Assignment:
    """The assignment of a person's hand: nobody was weighed, and nobody is waited for."""
    keeping.end_open([lead.id], at=at)
    now = active()
    weight = now.playbook.assignment.load.weights.get(lead.driving_band, 1) if lead.owner_id else 0
    accepted = at if cause == "claimed" else None
    return Assignment.objects.create(
        lead=lead, owner_id=lead.owner_id, before_id=before, queue=lead.queue, cause=cause, reason=reason, weight=weight,
        playbook_hash=now.hash, accepted_at=accepted, batch_id=batch, **signature(by, at),
    )  # fmt: skip


def accept(lead: Lead, *, by: Actor, at: datetime) -> Assignment:
    """Whoever was given the lead takes it: nobody takes it back for lack of an answer. The second time changes nothing.

    Effects: accepted_at, lead.accepted, an audit entry. Raises NotYours (403).
    """
    with deed(by):
        row = _mine(lead, by)
        if row.accepted_at is not None:
            return row
        row.accepted_at = at
        row.save(update_fields=["accepted_at"])
        events.record("lead.accepted", {"assignment": str(row.id)}, by=by, at=at, lead=lead.id, account=lead.account_id)
        audit.note("lead.accept", by=by, at=at, kind="lead", subject=lead.id)
    return row


@phi.texts("reason", needed=("reason",))
def decline(lead: Lead, *, reason: str, by: Actor, at: datetime) -> Assignment:
    """Whoever was given the lead declines it, and it goes to the next who did not.

    Effects: declined_at with its reason, lead.declined, an audit entry, and those of `route`, whose Assignment is the
    answer. Raises NotYours (403), DeclineWhy (422).
    """
    if not reason.strip():
        raise DeclineWhy
    with deed(by):
        return turn_away(_mine(lead, by), reason=reason.strip()[:500], cause="declined", by=by, at=at)


def turn_away(row: Assignment, *, reason: str, cause: str, by: Actor, at: datetime) -> Assignment:
    """End an assignment that came to nothing (declined, timed_out) and route its lead past everybody who did not want it."""
    row.declined_at, row.decline_reason = at, reason
    row.save(update_fields=["declined_at", "decline_reason"])
    lead = row.lead
    said = {"assignment": str(row.id), "reason": reason}
    events.record("lead.declined", said, by=by, at=at, lead=lead.id, account=lead.account_id)
    audit.note(f"lead.{'decline' if cause == 'declined' else 'time_out'}", by=by, at=at, kind="lead", subject=lead.id)
    return route(lead, by=by, at=at, cause=cause, declined=declined_by(lead))


def declined_by(lead: Lead) -> list[UUID]:
    """Everybody who said no to this lead, or nothing in time."""
    rows = Assignment.objects.filter(lead=lead, owner__isnull=False, declined_at__isnull=False)
    return list(rows.values_list("owner_id", flat=True).distinct())


def _mine(lead: Lead, by: Actor) -> Assignment:
    """The standing assignment of a lead to whoever acts, locked. Raises NotYours."""
    lead = Lead.objects.select_for_update(of=("self",), no_key=True).get(pk=lead.pk)
    row = Assignment.objects.filter(lead=lead, ended_at=None).select_related("lead").order_by("-at").first()
    if row is None or lead.owner_id is None or row.owner_id != lead.owner_id or admins.behind(by) != lead.owner_id:
        raise NotYours
    return row
