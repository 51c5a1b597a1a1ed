"""What every action on a deal shares: the row locked, the event told, the audit noted."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from rounds.access.allowed import need
from rounds.actions.flow import events
from rounds.actions.trust import audit
from rounds.kit.actor import Actor
from rounds.kit.refusal import Refusal
from rounds.models import ApiToken, Event, Opportunity, User


class DealRefused(Refusal):
    """The deal cannot be kept like this."""

    status = 422


class DealClosed(Refusal):
    """This deal is closed; take it up again first."""


class OnlyAPerson(Refusal):
    """Only a person who may does this by hand."""

    status = 403


def locked(deal: Opportunity) -> Opportunity:
    """The row as it is, nobody else changing it until the transaction ends."""
    return Opportunity.objects.select_for_update(of=("self",)).select_related("account", "owner", "lead").get(pk=deal.pk)


def need_open(deal: Opportunity) -> None:
    """Go on only with an open deal. Raises DealClosed."""
    if not deal.is_open:
        raise DealClosed


def need_permission(by: Actor, may: str) -> None:
    """Go on only if whoever acts, or the person a token acts for, has the permission; no other machine has one of these.
    Raises NotAllowed, OnlyAPerson."""
    if not may:
        return
    person = person_of(by)
    if person is None:
        raise OnlyAPerson
    need(person, may)


def person_of(by: Actor) -> User | None:
    """The person who acts, by themselves or by a token of theirs."""
    if by.is_human:
        return User.objects.filter(pk=by.id).first()
    if by.kind == "integration":
        token = ApiToken.objects.select_related("user").filter(pk=by.id).first()
        return token.user if token is not None else None
    return None


def role_of(by: Actor) -> str:
    """The role of the person who acts; "" of what is no person."""
    person = person_of(by)
    return person.role if person is not None else ""


def tell(kind: str, deal: Opportunity, said: dict[str, Any], *, by: Actor, at: datetime, subject: UUID | None = None,
         detail: dict[str, Any] | None = None, quiet: bool = False) -> Event:  # fmt: skip
    """Record an event of `deal` and note it in the audit trail under the same name."""
    lead = deal.lead_id if kind == "opportunity.opened" else None  # the page of the lead says that, too
    event = events.record(kind, said, by=by, at=at, account=deal.account_id, lead=lead, opportunity=deal.id, subject=subject or deal.id,
                          quiet=quiet)  # fmt: skip
    audit.note(kind, by=by, at=at, kind="opportunity", subject=deal.id, detail=detail or {})
    return event
