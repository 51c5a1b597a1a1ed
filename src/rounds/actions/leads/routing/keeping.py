"""What a choice leaves behind: owner, team and queue of the lead, the Assignment, its event, a held portal invitation."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from rounds.actions.flow import events
from rounds.kit.actor import Actor
from rounds.models import Assignment, Event, Lead, PortalInvitation
from rounds.models.base import signature
from rounds.models.flow.active import Active
from rounds.playbook import Playbook
from rounds.rules.calendar import after
from rounds.rules.routing.assignment import Choice

ROUTED = ("captured", "declined", "timed_out", "waited", "rerouted")
"""Causes by which nobody chose the owner by hand: those may say no, and are waited for."""


def put_on(lead: Lead, choice: Choice) -> None:
    """Owner, team and queue as the choice says."""
    lead.owner_id = UUID(choice.owner) if choice.owner else None
    lead.team_id = UUID(choice.team) if choice.team else None
    lead.queue = choice.queue


def row_of(lead: Lead, choice: Choice, now: Active, cause: str, before: UUID | None, by: Actor, at: datetime,
           batch: UUID | None = None) -> Assignment:  # fmt: skip
    """The Assignment of a choice, not yet written."""
    return Assignment(
        lead=lead, owner_id=lead.owner_id, before_id=before, queue=choice.queue, cause=cause, reason=choice.reason,
        steps=list(choice.steps), pool=[_seat(seat) for seat in choice.seats], weight=choice.weight,
        playbook_hash=now.hash, responds_by=_answer_by(lead, choice, now.playbook, at), batch_id=batch, **signature(by, at),
    )  # fmt: skip


def own(lead: Lead, now: Active, *, by: Actor, at: datetime, batch: UUID | None = None) -> None:
    """The Assignment of a lead that came with its owner: nobody was weighed."""
    weight = now.playbook.assignment.load.weights.get(lead.driving_band, 1)
    Assignment.objects.create(
        lead=lead, owner_id=lead.owner_id, cause="own", reason="it came with its owner", weight=weight, accepted_at=at,
        playbook_hash=now.hash, batch_id=batch, **signature(by, at),
    )  # fmt: skip


def _seat(seat: Any) -> dict[str, Any]:
    said = {"id": seat.id, "name": seat.name, "role": seat.role, "load": seat.load, "capacity": seat.capacity}
    if seat.skipped:
        said["skipped"] = seat.skipped
    if seat.chosen:
        said["chosen"] = True
    return said


def _answer_by(lead: Lead, choice: Choice, book: Playbook, at: datetime) -> datetime | None:
    """By when the owner accepts; None where the playbook waits for nobody."""
    if not choice.owner or lead.driving_band not in book.assignment.answer.within:
        return None
    return _within(book, lead.driving_band, choice.zone, at)


@lru_cache(maxsize=256)
def _within(book: Playbook, band: str, zone: str, at: datetime) -> datetime:
    """In working time of where the owner lives; once for all the leads of a batch."""
    return after(book.calendar, book.assignment.answer.within[band], at, ZoneInfo(zone))


def event_of(lead: Lead, choice: Choice, cause: str, before: UUID | None = None, *, by: Actor, at: datetime,
             quiet: bool = False, batch: UUID | None = None) -> Event:  # fmt: skip
    """lead.assigned or lead.queued, not yet written."""
    said = {"owner_before": str(before) if before else None, "reason": choice.reason, "cause": cause, "band": lead.driving_band}
    whose = {"lead": lead.id, "account": lead.account_id, "by": by, "at": at, "quiet": quiet, "batch": batch}
    if choice.owner:
        return events.made("lead.assigned", {**said, "owner_after": choice.owner, "owner_name": choice.name}, **whose)
    return events.made("lead.queued", {**said, "queue": choice.queue}, **whose)


def told(choice: Choice, cause: str) -> dict[str, Any]:
    """What the audit keeps of it."""
    return {"owner": choice.owner, "queue": choice.queue, "cause": cause, "how": choice.how}


def end_open(leads: Iterable[UUID], *, at: datetime) -> None:
    """The assignments that stood until now have ended."""
    Assignment.objects.filter(lead_id__in=list(leads), ended_at=None).update(ended_at=at)


def prepare_portal(leads: list[Lead], book: Playbook, choices: Iterable[Choice], *, by: Actor, at: datetime) -> None:
    """Prepare and hold the invitations of the leads whose last step says so; one a lead, however often it is routed."""
    rows = [PortalInvitation(lead=lead, **signature(by, at)) for lead, choice in zip(leads, choices, strict=True) if choice.invites]
    if rows:
        PortalInvitation.objects.bulk_create(rows, ignore_conflicts=True)
