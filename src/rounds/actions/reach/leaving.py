"""How a letter leaves, whoever wrote it: a step of a sequence and a letter by hand go the same way (COMM-07, COMM-16)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import connection

from rounds.actions.flow import deliveries, events
from rounds.actions.reach.writing import letter_of
from rounds.actions.trust import audit
from rounds.kit.actor import Actor
from rounds.models import Message, User


def one_at_a_time(unit: UUID | None, index: str) -> None:
    """Two workers that look at the same person, or the same health system, at once would both find room for one more."""
    with connection.cursor() as cursor:
        for key in sorted({f"rounds.reach.{unit}", f"rounds.reach.{index}"}):
            cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [key])


def post(message: Message, sender: User, *, key: str, about: str, sequence: str = "", campaign: UUID | None = None, quoted: str = "", by: Actor, at: datetime) -> None:
    """Hand a letter that was kept to the outbox, once for each `key`.

    Effects: MessageLink for its ways out, Delivery, the event mail.sent, an audit entry.
    """
    delivery = deliveries.post("email", message.to[0], letter_of(message, message.text, sender, quoted=quoted), key=key, by=by, at=at, lead=message.lead_id,
                               about=about)  # fmt: skip
    Message.objects.filter(pk=message.pk).update(delivery_id=delivery.id)
    said = {"message": str(message.id), "sequence": sequence, "step": message.step, "variant": message.variant, "campaign": campaign and str(campaign)}
    events.record("mail.sent", said, by=by, at=at, account=message.account_id, lead=message.lead_id, opportunity=message.opportunity_id)
    audit.note("mail.send", by=by, at=at, kind="message", subject=message.id, detail={"sequence": sequence, "step": message.step})
