"""An answer inside a thread: which mail it answers, whom it goes to, whether that is a conversation, what stands in its head (PLUS-31)."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from email.utils import parseaddr
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.db.models.functions import Coalesce

from rounds.access.allowed import need_to_write
from rounds.access.scope import visible
from rounds.access.sight import EVERYTHING, sight
from rounds.actions.reach import people
from rounds.actions.reach.people import Person
from rounds.kit.refusal import Refusal
from rounds.kit.scope import Scope
from rounds.models import Account, Contact, Lead, Message, Opportunity, User
from rounds.models.flow.active import active
from rounds.models.reach.messages import WENT
from rounds.rules.reach import replying

ABOUT = (("opportunity", Opportunity), ("lead", Lead), ("contact", Contact), ("account", Account))


class NotAnswered(Refusal):
    """A machine wrote this mail, or it never went: answer one that a person wrote, or got."""

    status = 422
    field = "answers"


class NobodyToAnswer(Refusal):
    """Whoever this mail is with is not kept here any more; nobody can be answered."""

    status = 422
    field = "answers"


def can(mail: Message) -> bool:
    """Whether a mail is one that can be answered: written by a person, or by one of ours to one."""
    return mail.kind == "answer" if mail.direction == "in" else mail.kind == "sent" and mail.state in WENT and mail.state != "bounced"


def place(mail: Message, scope: Scope, user: User) -> Any:
    """The record an answer is written at: the deal, lead, contact or account of the mail that is seen first. Raises NotAllowed
    where it is not theirs to change, NotAnswered, NobodyToAnswer."""
    if not can(mail):
        raise NotAnswered
    for name, model in ABOUT:
        if (key := getattr(mail, f"{name}_id")) and (row := visible(model, scope).filter(pk=key).first()) is not None:
            need_to_write(user, row)
            return row
    raise NobodyToAnswer


def person_of(mail: Message) -> Person:
    """Whom an answer goes to: whoever wrote it, or got it of us, at the address that was used. Raises NobodyToAnswer."""
    with sight(EVERYTHING):  # the thread is seen; whom it is with stands on other records
        row = Message.objects.select_related("contact__account__buying_unit", "lead__account__buying_unit", "account__buying_unit", "opportunity").get(pk=mail.pk)
        address, name = _address(row)
        if row.contact is not None:
            found = replace(people.of_contact(row.contact, opportunity=row.opportunity), lead=row.lead)
        elif row.lead is not None:
            found = replace(people.of_lead(row.lead), opportunity=row.opportunity)
        elif row.account is not None:
            found = _unknown(row, name)
        else:
            raise NobodyToAnswer
    if not (address := address or found.address):
        raise NobodyToAnswer
    return replace(found, address=address, account=row.account or found.account)


def _unknown(row: Message, name: str) -> Person:
    """Somebody of an organisation we know whom nobody entered yet."""
    account = row.account
    return Person("", name, "", account.state, account.territory, account, account.buying_unit or account, None, None, row.opportunity)


def _address(row: Message) -> tuple[str, str]:
    """The address the mail is with, and the name beside it."""
    for said in [row.sender] if row.direction == "in" else [*row.to, *row.cc]:
        name, address = parseaddr(said)
        if "@" in address and (not row.contact_index or row.contact_index in people.indexes_of(address)):
            return address.lower(), name or address
    return "", ""


def purpose(mail: Message, *, besides: UUID | None = None, at: datetime) -> str:
    """`conversation` where they wrote last: this mail is theirs, no older than the playbook says, and nobody of ours answered since
    (`besides`: the answer itself)."""
    fresh = timedelta(days=active().playbook.reach.answers.days)
    when = mail.sent_at or mail.at
    if mail.direction != "in" or mail.kind != "answer" or when < at - fresh:
        return "commercial"
    with sight(EVERYTHING):  # whoever of ours answered, and wherever
        ours = Message.objects.filter(direction="out", contact_index=mail.contact_index, state__in=WENT).exclude(pk=besides).annotate(when=Coalesce("sent_at", "at"))
        later = ours.filter(Q(thread_id=mail.thread_id) | Q(in_reply_to=mail.message_id), when__gt=when).exists()
    return "commercial" if later else "conversation"


def parent_of(row: Message) -> Message | None:
    """The mail a letter of ours answers."""
    return Message.objects.filter(message_id=row.in_reply_to).first() if row.in_reply_to else None


def references(mail: Message) -> list[str]:
    """The ids an answer to this mail names."""
    return replying.references(mail.message_id, mail.references, mail.in_reply_to)


def quoted(mail: Message) -> str:
    """The mail as it stands below an answer."""
    name, address = parseaddr(mail.sender) if "@" in mail.sender else (mail.sender, "")
    return replying.quoted(mail.text, name or address or "you", mail.sent_at or mail.at)


def last_of(mails: list[Message]) -> Message | None:
    """The mail of a thread (oldest first) its *Answer* answers: the last that can be."""
    return next((one for one in reversed(mails) if can(one)), None)
