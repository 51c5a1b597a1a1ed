"""What follows from a mail that came in: an answer ends sequences and counts as a touch; who is away is left alone till they
are back; what came back is never written to again. A machine's word scores nothing (COMM-01, COMM-07)."""

from __future__ import annotations

from datetime import datetime, time
from zoneinfo import ZoneInfo

from django.db.models import Q

from rounds.actions.flow import events
from rounds.actions.leads import activities
from rounds.actions.market import contacts
from rounds.actions.reach import consents, stopping
from rounds.actions.reach.enrolling import end, pause
from rounds.actions.reach.filing import BOUNCES, Filed
from rounds.actions.reach.people import indexes_of
from rounds.actions.trust import phi
from rounds.kit.actor import Actor
from rounds.models import Account, AddressFault, Contact, Enrolment, Lead, Message
from rounds.models.base import signature
from rounds.models.flow.active import active, by_hash
from rounds.models.flow.days import house_day
from rounds.rules.calendar import zone_of

WROTE = "personal_email"
"""The activity of a mail somebody wrote (picklists.yaml)."""
CONVERTED = "Converted"


def follow(one: Filed, row: Message, *, lively: bool, by: Actor, at: datetime) -> None:
    """Do what follows from a mail that was just kept; of old ones (`lively` False) nothing does.

    Effects: by kind: the events mail.captured, mail.answered, mail.returned; an activity; enrolments paused or ended;
    AddressFault; a contact that left; of a complaint those of consents.withdraw_by_link.
    """
    if not lively:
        return
    if row.kind in BOUNCES:
        _came_back(one, row, by, at)
    elif row.kind == "complaint":
        consents.withdraw_by_link(one.parent, one.parent.contact_index, source="complaint", by=by, at=at)
    elif row.kind == "away":
        _away(one, row, by, at)
    elif row.kind == "answer":
        _answer(one, row, by, at)
    elif row.direction == "out":
        _tell_captured(one, row, by, at)
        _log(one, row, by, at)


def _answer(one: Filed, row: Message, by: Actor, at: datetime) -> None:
    letter = one.parent if one.parent is not None and one.parent.direction == "out" else None
    if letter is not None and letter.answered_at is None:
        Message.objects.filter(pk=letter.pk, answered_at=None).update(answered_at=row.at)
    AddressFault.objects.filter(person_index__in=indexes_of(one.other.address), kind__in=("away", "soft_bounce"), lifted_at=None).update(lifted_at=at)
    said = {"message": str(row.pk), "thread": str(row.thread_id), "whom": _whom(one), **_letter(letter)}
    events.record("mail.answered", said, by=by, at=at, account=row.account_id, lead=row.lead_id, opportunity=row.opportunity_id, subject=row.contact_id)
    _log(one, row, by, at)
    for enrolled in _enrolled(one.other.address):
        sequence = by_hash(enrolled.playbook_hash).sequences[enrolled.sequence]
        if code := stopping.stopped(enrolled, sequence):
            end(enrolled, code, why=stopping.WORDS[code], by=by, at=at)
    if letter is not None and letter.enrolment_id is not None and letter.buying_unit_id is not None:
        _stop_the_system(letter, row.at, by, at)


def _stop_the_system(letter: Message, answered_at: datetime, by: Actor, at: datetime) -> None:
    """Who answered speaks for the health system: its other people get no more letters of sequences that stop by that."""
    others = Enrolment.objects.filter(buying_unit=letter.buying_unit_id, at__lt=answered_at).exclude(state="ended")
    for enrolled in others.exclude(person_index=letter.contact_index).select_related("opportunity", "sender", "buying_unit"):
        if "system" in by_hash(enrolled.playbook_hash).sequences[enrolled.sequence].stops:
            end(enrolled, "system", why=stopping.WORDS["system"], by=by, at=at)


def _away(one: Filed, row: Message, by: Actor, at: datetime) -> None:
    """Away till a day they name, or gone for good."""
    indexes = indexes_of(one.other.address)
    kind = "left" if one.kind.gone else "away"
    if not AddressFault.objects.filter(person_index__in=indexes, kind=kind, lifted_at=None, until__gt=at).exists() or one.kind.gone:
        until = None if one.kind.until is None else datetime.combine(one.kind.until, time.min, zone_of_mail(one))
        AddressFault.objects.filter(person_index__in=indexes, kind=kind, lifted_at=None).update(lifted_at=at)
        AddressFault.objects.create(person_index=row.contact_index, kind=kind, why="Their automatic answer says so.", until=until, **signature(by, at))
    for enrolled in _enrolled(one.other.address):
        if one.kind.gone:
            end(enrolled, "left", why=stopping.WORDS["left"], by=by, at=at)
        elif one.kind.until is not None:
            until = datetime.combine(one.kind.until, time.min, ZoneInfo(enrolled.zone))
            if until > at and (enrolled.paused_until is None or enrolled.paused_until < until):
                pause(enrolled, why=f"They are away until {one.kind.until:%-d %B}.", until=until, by=by, at=at)
    if one.kind.gone and row.contact_id:
        contacts.leave(Contact.objects.get(pk=row.contact_id), on=house_day(at), by=by, at=at)
    _tell_captured(one, row, by, at)


def _came_back(one: Filed, row: Message, by: Actor, at: datetime) -> None:
    """A mail of ours that could not be brought. For good: nothing more is sent there."""
    letter, soft = one.parent, row.kind == "soft_bounce"
    fault = AddressFault.objects.filter(person_index=letter.contact_index, kind=row.kind, lifted_at=None)
    if letter.contact_index and not fault.exists():
        AddressFault.objects.create(person_index=letter.contact_index, kind=row.kind, why=one.kind.why, **signature(by, at))
    if not soft:
        Message.objects.filter(pk=letter.pk).update(state="bounced")
        for enrolled in Enrolment.objects.filter(person_index=letter.contact_index).exclude(state="ended"):
            end(enrolled, "bounce", why=stopping.WORDS["bounce"], by=by, at=at)
    told = _letter(letter)
    said = {"message": str(letter.pk), "soft": soft, "why": one.kind.why, "sequence": told.get("sequence", ""), "step": told.get("step", "")}
    events.record("mail.returned", said, by=by, at=at, account=row.account_id, lead=row.lead_id, opportunity=row.opportunity_id, subject=row.contact_id)


def _enrolled(address: str) -> list[Enrolment]:
    return list(Enrolment.objects.filter(person_index__in=indexes_of(address)).exclude(state="ended").select_related("opportunity", "sender", "buying_unit"))


def _letter(letter: Message | None) -> dict[str, str]:
    if letter is None or letter.enrolment_id is None:
        return {}
    sequence = Enrolment.objects.filter(pk=letter.enrolment_id).values_list("sequence", flat=True).first()
    return {"sequence": sequence or "", "step": letter.step, "variant": letter.variant}


def _tell_captured(one: Filed, row: Message, by: Actor, at: datetime) -> None:
    said = {"message": str(row.pk), "thread": str(row.thread_id), "direction": row.direction, "taken_for": row.kind, "whom": _whom(one)}
    events.record("mail.captured", said, by=by, at=at, account=row.account_id, lead=row.lead_id, opportunity=row.opportunity_id, subject=row.contact_id)


def _whom(one: Filed) -> str:
    """The name the person is known by here; an address stands in no event."""
    return one.who.name if one.who else ""


def _log(one: Filed, row: Message, by: Actor, at: datetime) -> None:
    """The mail as an act of theirs or ours, so that scores, promises and relationships see it. Its words stay in the mail."""
    lead = Lead.objects.filter(pk=row.lead_id).filter(~Q(status=CONVERTED)).first() if row.lead_id else None
    account = Account.objects.filter(pk=row.account_id).first() if row.account_id and lead is None else None
    if lead is None and account is None:
        return
    contact = Contact.objects.filter(pk=row.contact_id).first() if row.contact_id else None
    with phi.door("mail", outside=True):
        activities.log(WROTE, lead=lead, account=account, contact=contact, direction=row.direction, happened_at=row.at,
                       external_id=f"mail:{row.message_id}", by=by, at=at)  # fmt: skip


def zone_of_mail(one: Filed) -> ZoneInfo:
    """The clock of the day they name: the company's, where theirs is not known."""
    return zone_of(active().playbook.calendar)
