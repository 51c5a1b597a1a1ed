"""The links of a letter: followed by whoever holds one; the address stands nowhere in them."""

from __future__ import annotations

from datetime import datetime

from rounds.actions.reach import consents
from rounds.actions.reach.writing import UNSUBSCRIBE
from rounds.actions.trust.tokens import digest
from rounds.kit.actor import Actor
from rounds.kit.refusal import Refusal
from rounds.models import Message, MessageLink


class LinkUnknown(Refusal):
    """This link is not one of ours, or its letter is gone. Answer the letter instead, and we will see to it."""

    status = 404


def _message(token: str) -> Message:
    link = MessageLink.objects.select_related("message__enrolment").filter(digest=digest(token), number=UNSUBSCRIBE).first()
    if link is None:
        raise LinkUnknown
    return link.message


def masked(token: str) -> str:
    """The address it is about as its owner knows it, and nobody else: a•••@hospital.example. Changes nothing. Raises LinkUnknown."""
    name, _, domain = (_message(token).to or [""])[0].partition("@")
    return f"{name[:1]}•••@{domain}" if domain else "this address"


def unsubscribe(token: str, *, at: datetime) -> bool:
    """Whoever holds the link wants no more. Effects: those of consents.withdraw_by_link. Raises LinkUnknown (404)."""
    message = _message(token)
    by = Actor("form", message.id, "By the link of a letter")
    return consents.withdraw_by_link(message.enrolment or message, message.contact_index, by=by, at=at)
