"""What a choice leaves behind: owner, team and queue of the lead, the Assignment, its event, a held portal invitation."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from rounds.actions.flow import events, staged
from rounds.kit.actor import Actor
from rounds.kit.ids import new_id
from rounds.kit.written import as_json
from rounds.models import Assignment, Event, Lead, PortalInvitation
from rounds.models.base import signature
from rounds.models.flow.active import Active
from rounds.models.flow.kinds import shaped_text
from rounds.models.leads.pool import Unrouted
from rounds.playbook import Playbook
from rounds.rules.calendar import after
from rounds.rules.routing.assignment import Choice

ROUTED = ("captured", "declined", "timed_out", "waited", "rerouted")
"""Causes by which nobody chose the owner by hand: those may say no, and are waited for."""
FEW = 20
"""Rows up to which one statement costs less than a COPY."""


def put_on(lead: Lead | Unrouted, choice: Choice) -> None:
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


class Stored(NamedTuple):
    """An Assignment as it is stored: thousands go in by COPY, which costs a tenth of making rows and statements."""

    id: UUID
    lead_id: UUID
    owner_id: UUID | None
    before_id: UUID | None
    queue: str
    cause: str
    reason: str
    steps: str
    pool: str
    weight: int
    responds_by: datetime | None


def stored_of(lead: Lead | Unrouted, choice: Choice, now: Active, cause: str, before: UUID | None, at: datetime) -> Stored:
    """The Assignment of a choice among many."""
    return Stored(new_id(), lead.id, lead.owner_id, before, choice.queue, cause, choice.reason, as_json(choice.steps),
                  as_json([_seat(seat) for seat in choice.seats]), choice.weight, _answer_by(lead, choice, now.playbook, at))  # fmt: skip


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


def _answer_by(lead: Lead | Unrouted, choice: Choice, book: Playbook, at: datetime) -> datetime | None:
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
    kind, said = _news(lead, choice, cause, before)
    return events.made(kind, said, lead=lead.id, account=lead.account_id, by=by, at=at, quiet=quiet, batch=batch)


def told_of(lead: Lead | Unrouted, choice: Choice, cause: str, before: UUID | None) -> tuple[str, UUID | None, UUID, str]:
    """The same among many, as `events.pour` takes it."""
    kind, said = _news(lead, choice, cause, before)
    return kind, lead.account_id, lead.id, shaped_text(kind, said)


def _news(lead: Lead | Unrouted, choice: Choice, cause: str, before: UUID | None) -> tuple[str, dict[str, Any]]:
    said = {"owner_before": str(before) if before else None, "reason": choice.reason, "cause": cause, "band": lead.driving_band}
    if choice.owner:
        return "lead.assigned", {**said, "owner_after": choice.owner, "owner_name": choice.name}
    return "lead.queued", {**said, "queue": choice.queue}


def told(choice: Choice, cause: str) -> dict[str, Any]:
    """What the audit keeps of it."""
    return {"owner": choice.owner, "queue": choice.queue, "cause": cause, "how": choice.how}


def end_open(leads: Iterable[UUID], *, at: datetime) -> None:
    """The assignments that stood until now have ended."""
    Assignment.objects.filter(lead_id__in=list(leads), ended_at=None).update(ended_at=at)


def prepare_portal(leads: Iterable[Lead | Unrouted], choices: Iterable[Choice], *, by: Actor, at: datetime) -> None:
    """Prepare and hold the invitations of the leads whose last step says so; one a lead, however often it is routed."""
    asked = [lead.id for lead, choice in zip(leads, choices, strict=True) if choice.invites]
    if len(asked) > FEW:
        staged.pour(PortalInvitation, ("id", "lead_id"), ((new_id(), key) for key in asked), signature(by, at), unless="lead")
    elif asked:
        rows = [PortalInvitation(lead_id=key, **signature(by, at)) for key in asked]
        PortalInvitation.objects.bulk_create(rows, ignore_conflicts=True)
