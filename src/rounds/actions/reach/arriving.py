"""What became of our letters: said on the mail as the outbox learns it, and what follows for whom it could not reach."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from rounds.access.sight import EVERYTHING, sight
from rounds.actions.reach import consents
from rounds.actions.reach.people import indexes_of
from rounds.actions.trust import suppressions
from rounds.kit.actor import SYSTEM_ACTOR
from rounds.models import AddressFault, Delivery, Lead, Message, Suppression
from rounds.models.base import signature

STATES = {"sent": "sent", "unknown": "unknown", "refused": "refused", "failed": "refused", "due": "queued", "held": "queued", "sending": "queued"}
"""How a delivery stands → how its mail stands. One that was given up reached nobody."""
LETTERS = ("mail.sequence", "mail.campaign", "mail.letter")
"""What deliveries of ours to people outside say they are about."""
GONE = re.compile(r"\b5\.1\.(?:1|2|3|6|10)\b")
"""The enhanced status of an address that is not, or is no more (RFC 3463, RFC 7505)."""


def settled(keys: Iterable[UUID], *, at: datetime) -> None:
    """Say on the mails of these deliveries how they stand. One statement finds them, one a letter says it; nothing is done for what is no letter.

    Effects: state, and the moment the server took it; an address the server does not know is a fault, which ends what is sent to it.
    """
    rows = list(Delivery.objects.filter(pk__in=list(keys), about__in=LETTERS).values_list("id", "state", "detail"))
    if not rows:
        return
    with sight(EVERYTHING):  # how a letter ended hangs on nobody's eyes, and the worker that sends has none
        for key, state, detail in rows:
            mail = Message.objects.filter(delivery_id=key).exclude(state__in=("bounced", "dropped"))
            mail.update(state=STATES[state], **({"sent_at": at} if state == "sent" else {}))
            if state == "refused" and GONE.search(detail):
                _unknown_there(key, detail, at)


def _unknown_there(key: UUID, detail: str, at: datetime) -> None:
    """The receiving server does not know the address: as good as a bounce, and sooner."""
    mail = Message.objects.filter(delivery_id=key).exclude(contact_index="").first()
    if mail is None or AddressFault.objects.filter(person_index=mail.contact_index, kind="bounce", lifted_at=None).exists():
        return
    AddressFault.objects.create(person_index=mail.contact_index, kind="bounce", why=detail[:300], **signature(SYSTEM_ACTOR, at))
    Message.objects.filter(pk=mail.pk).update(state="bounced", why=detail[:300])


def unwanted(row: Delivery) -> str:
    """Why a letter is not sent after all: a word that came after it was decided; "" where none did. Asked before each sending."""
    if row.about not in LETTERS:
        return ""
    with sight(EVERYTHING):
        return _unwanted(row)


def _unwanted(row: Delivery) -> str:
    indexes = indexes_of(row.target)
    mail = Message.objects.filter(delivery_id=row.id).values_list("purpose", "lead_id").first()
    purpose, lead = mail or ("commercial", None)
    if Suppression.objects.filter(index__in=suppressions.indexes_of(row.target)).exists():
        return "The address was suppressed before it was sent."
    if purpose != "service" and (consents.standing(row.target) == "withdrawn" or (lead and Lead.objects.filter(pk=lead, opted_out=True).exists())):
        return "They said that they want no more before it was sent."
    if AddressFault.objects.filter(person_index__in=indexes, kind__in=("bounce", "left"), lifted_at=None).exists():
        return "Mail to this address came back before it was sent."
    return ""

