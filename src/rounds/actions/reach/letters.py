"""One letter to one person, written by hand: looked at before it goes, under the rules of sequences, by the same outbox (COMM-06, COMM-09)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import IntegrityError

from rounds.access.sight import EVERYTHING, sight
from rounds.actions.flow.deeds import deed
from rounds.actions.leads import activities
from rounds.actions.reach import answers as replies
from rounds.actions.reach import approving, leaving, people, threads
from rounds.actions.reach.people import Person
from rounds.actions.reach.previewing import blocks_of, decision_of
from rounds.actions.reach.writing import Written, as_sent, message_id, values_of
from rounds.actions.trust import audit, phi
from rounds.documents.letters import Letter
from rounds.kit.actor import Actor
from rounds.kit.ids import new_id
from rounds.kit.refusal import Refusal
from rounds.models import Message, SendDecision, Thread, User
from rounds.models.base import signature
from rounds.models.flow.active import active
from rounds.rules.reach.deciding import Decision
from rounds.rules.reach.merging import merge

WROTE = "personal_email"
"""The activity of a letter somebody wrote (picklists.yaml)."""
CONVERTED = "Converted"
MOST = 100
KEEP = timedelta(hours=1)


class LetterRefused(Refusal):
    """This letter cannot be sent as it is."""

    status = 422


class LetterGone(Refusal):
    """This letter waits no more: it went, or somebody let it go."""


@dataclass(frozen=True, slots=True)
class Looked:
    """A letter as it would go: filled in, with what blocks it and what would be decided of it when its time comes."""

    text: Written
    letter: Letter
    blocks: tuple[str, ...]
    decision: Decision

    @property
    def refused(self) -> str:
        """Why it cannot be sent at all, in one sentence; "" where it can, now or later."""
        if self.blocks:
            return self.blocks[0]
        return self.decision.why if self.decision.outcome == "never" else ""


def look(person: Person, subject: str, text: str, *, sender: User, answers: Message | None = None, quotes: bool = False, goes_at: datetime | None = None,
         at: datetime) -> Looked:  # fmt: skip
    """What would be sent, and what would be decided at its time; `answers`: the mail it answers. Nothing is written."""
    values = values_of(person, sender)
    head, body = merge(" ".join(subject.split()), values), merge(text.replace("\r\n", "\n"), values)
    said = Written("", "", head.text.strip(), body.text.strip(), tuple(dict.fromkeys(head.missing + body.missing)))
    purpose, quoted = (replies.purpose(answers, at=at), replies.quoted(answers) if quotes else "") if answers else ("commercial", "")
    decision = decision_of(person, said, sender, purpose=purpose, word=approving.letter_waits_for(sender), at=max(goes_at or at, at))
    return Looked(said, as_sent(said, sender, purpose=purpose, quoted=quoted), _blocks(person, said), decision)


def _blocks(person: Person, said: Written) -> tuple[str, ...]:
    found = [] if person.address else [f"{person.name} has no e-mail address; add one first."]
    found += [says for says, there in (("Write a subject.", said.subject), ("Write the letter.", said.text)) if not there]
    found += ["It looks like patient data: take it out. Rounds keeps none."] if phi.look(f"{said.subject}\n{said.text}") else []
    return (*found, *blocks_of(said))


@phi.texts("subject", "text", hold=False)
def write(person: Person, subject: str, text: str, *, sender: User, template: str = "", answers: Message | None = None, quotes: bool = False,
          goes_at: datetime | None = None, once: UUID | None = None, by: Actor, at: datetime) -> Message:  # fmt: skip
    """Write one letter. It goes at once where nothing speaks against it and no later time is said; else it waits, and is
    looked at again until it may go. `template`: code/variant of the text it is, unchanged. `answers`: the mail it answers, in whose
    thread it stands (`quotes`: with that mail below it). The same `once` twice is one letter.

    Effects: Thread (of an answer its count), Message; those of `take`. Raises LetterRefused (422) for what blocks it, and for whoever may not be written to.
    """
    if once is not None and (there := Message.objects.filter(pk=once).first()) is not None:
        return there
    looked = look(person, subject, text, sender=sender, answers=answers, goes_at=goes_at, at=at)
    if looked.refused:
        raise LetterRefused(looked.refused, field=None if looked.decision.outcome == "never" else "text")
    code, _, variant = template.partition("/")
    key = once or new_id()
    try:
        with deed(by), sight(EVERYTHING):  # the links of a letter are for no door to read, and caps count what its writer does not see
            text_ = replace(looked.text, template=code, variant=variant)
            _keep(person, text_, sender, max(goes_at or at, at), key, _joined(answers, quotes), by, at)
            audit.note("mail.write", by=by, at=at, kind="message", subject=key)
            take(key, by=by, at=at)
    except IntegrityError:  # the same form came twice at once: the other was first
        if not Message.objects.filter(pk=key).exists():
            raise
    return Message.objects.get(pk=key)


def _joined(mail: Message | None, quotes: bool) -> dict[str, Any]:
    """The columns by which an answer joins the thread of its mail, as it stands now; of a letter that answers nothing none."""
    if mail is None:
        return {}
    threads.in_turn()
    now = Message.objects.get(pk=mail.pk)  # its thread may have been taken into another since it was read
    about = {"account_id": now.account_id, "lead_id": now.lead_id, "opportunity_id": now.opportunity_id, "buying_unit_id": now.buying_unit_id}
    return {"thread_id": now.thread_id, "in_reply_to": now.message_id, "references": replies.references(now), "quotes": quotes and bool(now.text), **about}


def _keep(person: Person, text: Written, sender: User, goes_at: datetime, key: UUID, joined: dict[str, Any], by: Actor, at: datetime) -> None:
    thread = None if joined else Thread.objects.create(subject=text.subject, last_at=at, mails=1, **person.where, **signature(by, at))
    row = Message(**{
        "pk": key, **({"thread": thread} if thread else {}), "user": sender, "direction": "out", "kind": "sent", "message_id": message_id(at), "sender": sender.name,
        "to": [person.address], "subject": text.subject, "text": text.text, "contact": person.contact, "buying_unit": person.unit,
        "contact_index": person.index, "purpose": "commercial", "template": text.template, "variant": text.variant, "playbook_hash": active().hash,
        "state": "waiting", "goes_at": goes_at, **person.where, **joined, **signature(by, at),
    })  # fmt: skip
    row.save(force_insert=True)
    if joined:
        threads.recount({row.thread_id})


def due(at: datetime, most: int = MOST) -> list[UUID]:
    """The letters that wait and are to be looked at now, the longest waiting first."""
    return list(Message.objects.filter(state="waiting", goes_at__lte=at).order_by("goes_at", "id").values_list("id", flat=True)[:most])


def take(key: UUID, *, by: Actor, at: datetime) -> str:
    """Look at one letter that waits and do what is right now; its code ("" where its time has not come, or another has it).

    Effects: a SendDecision; it goes (Delivery, the event mail.sent, an activity of its writer), waits on, or is dropped with its reason.
    """
    with deed(by):
        row = Message.objects.select_for_update(skip_locked=True, of=("self",)).filter(pk=key, state="waiting", goes_at__lte=at).first()
        if row is None:
            return ""
        leaving.one_at_a_time(row.buying_unit_id, row.contact_index)
        person, decision = _decided(row, at)
        SendDecision.objects.create(message=row, account_id=row.account_id, lead_id=row.lead_id, opportunity_id=row.opportunity_id, at=at,
                                    outcome=decision.outcome, code=decision.code, why=decision.why, until=decision.until)  # fmt: skip
        _done(row, person, decision, by, at)
    return decision.code


def _decided(row: Message, at: datetime) -> tuple[Person | None, Decision]:
    parent = replies.parent_of(row)
    if row.contact is None and row.lead is None and (parent is None or row.account_id is None):
        return None, Decision("never", "gone", "The person it was written to is not kept here any more.")
    if row.user is None or not row.user.is_active:
        return None, Decision("never", "sender_gone", "Whoever wrote it no longer works here.")
    person = _person(row, parent)
    row.purpose = replies.purpose(parent, besides=row.pk, at=at) if parent is not None else row.purpose
    return person, decision_of(person, Written("", "", row.subject, row.text, ()), row.user, purpose=row.purpose,
                               word=approving.letter_waits_for(row.user, row), at=at)  # fmt: skip


def _person(row: Message, parent: Message | None) -> Person:
    """Who it goes to, as they stand now; the address is the one it was written to."""
    if row.contact is not None:
        person = replace(people.of_contact(row.contact, opportunity=row.opportunity), lead=row.lead)
    else:
        person = people.of_lead(row.lead) if row.lead is not None else replies.person_of(parent)
    return replace(person, address=row.to[0] if row.to else "")


def _done(row: Message, person: Person | None, decision: Decision, by: Actor, at: datetime) -> None:
    said = Message.objects.filter(pk=row.pk)
    if decision.outcome == "later":
        said.update(goes_at=max(decision.until or at, at + timedelta(minutes=1)), why=decision.why)
        if decision.code == approving.CODE and row.why != decision.why:
            approving.ask_for_letter(row, by=by, at=at)
    elif decision.outcome == "never":
        said.update(state="dropped", goes_at=None, why=decision.why)
    elif person is not None:
        said.update(state="queued", goes_at=None, sent_at=at, why="", purpose=row.purpose)
        parent = replies.parent_of(row) if row.quotes else None
        leaving.post(row, row.user, key=f"letter:{row.id}", about="mail.letter", quoted=replies.quoted(parent) if parent else "", by=by, at=at)
        _log(row, person, at)


def _log(row: Message, person: Person, at: datetime) -> None:
    """The letter as an act of its writer, so that promises and relationships see it. Its words stay in the letter."""
    lead = person.lead if person.lead is not None and person.lead.status != CONVERTED else None
    if lead is not None or person.account is not None:
        activities.log(WROTE, lead=lead, account=None if lead else person.account, contact=person.contact, direction="out", happened_at=at,
                       external_id=f"mail:{row.message_id}", by=row.user.actor, at=at)  # fmt: skip


@phi.texts("why")
def drop(row: Message, *, why: str = "", by: Actor, at: datetime) -> Message:
    """Do not send a letter that waits. Effects: dropped, an audit entry; its writer is told, with `why`, where somebody else did it.
    Raises LetterGone (409)."""
    why = " ".join(why.split())[:300]
    with deed(by):
        if not Message.objects.filter(pk=row.pk, state="waiting").update(state="dropped", goes_at=None, why=f"{by.name} let it go{f': {why}' if why else ''}."):
            raise LetterGone
        approving.tell_writer(row.user, f"Your letter “{row.subject}”", why, url=f"/threads/{row.thread_id}/", group=f"letter:{row.pk}", by=by, at=at)
        audit.note("mail.drop", by=by, at=at, kind="message", subject=row.id)
    row.refresh_from_db()
    return row


def put_off(key: UUID, *, at: datetime) -> None:
    """A letter that broke is looked at again in an hour."""
    Message.objects.filter(pk=key, state="waiting").update(goes_at=at + KEEP)
