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
from rounds.models import Event, Opportunity, User


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
    """Go on only if the person who acts has the permission; no machine has one of these. Raises NotAllowed, OnlyAPerson."""
    if not may:
        return
    if not by.is_human:
        raise OnlyAPerson
    need(User.objects.get(pk=by.id), may)


def role_of(by: Actor) -> str:
    """The role of the person who acts; "" of what is no person."""
    return User.objects.values_list("role", flat=True).get(pk=by.id) if by.is_human else ""


def tell(kind: str, deal: Opportunity, said: dict[str, Any], *, by: Actor, at: datetime, subject: UUID | None = None,
         detail: dict[str, Any] | None = None, quiet: bool = False) -> Event:  # fmt: skip
    """Record an event of `deal` and note it in the audit trail under the same name."""
    lead = deal.lead_id if kind == "opportunity.opened" else None  # the page of the lead says that, too
    event = events.record(kind, said, by=by, at=at, account=deal.account_id, lead=lead, opportunity=deal.id, subject=subject or deal.id,
                          quiet=quiet)  # fmt: skip
    audit.note(kind, by=by, at=at, kind="opportunity", subject=deal.id, detail=detail or {})
    return event
