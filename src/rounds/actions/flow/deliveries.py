"""Deliveries: posted with the deed that wants them, sent by the worker, decided by a person where nobody can know."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict, is_dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction

from rounds.actions.flow.deeds import deed
from rounds.actions.trust import audit
from rounds.kit.actor import Actor
from rounds.kit.mails import is_mail
from rounds.kit.refusal import Refusal
from rounds.models import Delivery, Event, User, Webhook
from rounds.models.base import signature
from rounds.models.flow.active import active

TASK = "flow.deliver"
"""The worker's task, deferred by its name: actions never import jobs."""
CHANNELS = ("email", "slack", "teams", "webhook")
MAIL = "smtp"
"""The route of all mail: one server takes it."""


class NoAddress(Refusal):
    """Nothing can be sent there."""

    status = 422


class NotWaiting(Refusal):
    """This message does not wait for anybody's word any more."""


def post(channel: str, target: str | Webhook, content: Any, *, key: str, event: Event | None = None, by: Actor, at: datetime,
         user: User | None = None, lead: UUID | None = None, about: str = "", due_at: datetime | None = None,
         expires_at: datetime | None = None) -> Delivery:  # fmt: skip
    """Have `content` (a documents.messages.Message, or JSON) sent to an address or a webhook; once for each `key`.

    Nothing leaves before the transaction commits, while outbound is held, or after `expires_at`.
    Effects: Delivery with sealed address and content, the job flow.deliver. Raises NoAddress.
    """
    if channel not in CHANNELS:
        raise NoAddress(f"There is no channel “{channel[:20]}”; it can be one of: {', '.join(CHANNELS)}.")
    hook = isinstance(target, Webhook)
    if not hook and not (channel == "email" and is_mail(target)):
        raise NoAddress("Mail goes to one address such as ann@hospital.example, everything else to a webhook.")
    said = asdict(content) if is_dataclass(content) and not isinstance(content, type) else content
    row = Delivery(
        channel=channel, route=f"hook:{target.pk}" if hook else MAIL, target=str(target.pk) if hook else target,
        content=json.dumps(said), idempotency_key=key, event_id=event and event.id, event_at=event and event.at,
        user=user, lead_id=lead, about=about or said.get("event", ""), due_at=due_at or at, updated_at=at,
        expires_at=expires_at or at + active().playbook.outbound.stale_after.span, **signature(by, at),
    )  # fmt: skip
    with deed(by):
        try:
            with transaction.atomic():
                row.save(force_insert=True)
        except IntegrityError:
            return Delivery.objects.get(idempotency_key=key)
        defer(row.id, at=row.due_at if row.due_at > at else None)
    return row


def defer(delivery: UUID, *, at: datetime | None = None) -> None:
    """Ask the worker for one delivery (and whatever else is due on its route), in the running transaction; at `at`."""
    from procrastinate.contrib.django import app

    app.configure_task(TASK, schedule_at=at).defer(delivery=str(delivery))


def let_go(*, at: datetime) -> int:
    """What was held is due again; how many. Called by the deeds that let things leave. Effects: states, jobs."""
    held = Delivery.objects.select_for_update().filter(state="held").order_by("due_at")
    first = {}
    for key, route in held.values_list("id", "route"):
        first.setdefault(route, key)
    count = Delivery.objects.filter(state="held").update(state="due", due_at=at, updated_at=at, detail="")
    for key in first.values():
        defer(key)
    return count


def it_went(delivery: Delivery, *, by: Actor, at: datetime) -> Delivery:
    """A person knows that an `unknown` message arrived. Effects: sent, the content goes, an audit entry. Raises NotWaiting."""
    return _decide(delivery, ("unknown",), "sent", "delivery.it_went", by=by, at=at)


def send_again(delivery: Delivery, *, by: Actor, at: datetime) -> Delivery:
    """A person has what was lost, refused or given up sent once more, its tries counted anew.

    Effects: due, a job, an audit entry. Raises NotWaiting: also where its content is gone.
    """
    return _decide(delivery, ("unknown", "refused", "failed"), "due", "delivery.send_again", by=by, at=at)


def drop(delivery: Delivery, *, by: Actor, at: datetime) -> Delivery:
    """A person lets a message go that did not leave. Effects: refused, the content goes, an audit entry. Raises NotWaiting."""
    return _decide(delivery, ("due", "held", "unknown", "failed"), "refused", "delivery.drop", by=by, at=at)


def _decide(delivery: Delivery, states: Iterable[str], to: str, verb: str, *, by: Actor, at: datetime) -> Delivery:
    from rounds.actions.reach import arriving

    with deed(by):
        row = Delivery.objects.select_for_update(of=("self",)).get(pk=delivery.pk)
        if row.state not in states or (to == "due" and not row.content):
            raise NotWaiting
        before, row.state, row.updated_at = row.state, to, at
        row.detail = {"sent": f"{by.name} knows that it arrived.", "refused": f"{by.name} let it go.", "due": ""}[to]
        if to == "due":
            row.attempts, row.due_at, row.settled_at, row.sending_at = 0, at, None, None
            row.expires_at = at + active().playbook.outbound.stale_after.span
            defer(row.id)
        else:
            row.settled_at, row.content = at, ""
        row.save(update_fields=["state", "attempts", "due_at", "expires_at", "sending_at", "settled_at", "detail",
                                "content", "updated_at"])  # fmt: skip
        arriving.settled([row.pk], at=at)
        audit.note(verb, by=by, at=at, kind="delivery", subject=row.id, detail={"before": before, "about": row.about})
    return row
