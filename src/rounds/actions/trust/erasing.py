"""Erasing a person: what goes, what stays and why, and the deed itself, which nobody takes back."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import quote

from django.db import connection
from django.db.models import Q

from rounds.access.sight import EVERYTHING, sight
from rounds.actions.flow.deeds import deed
from rounds.actions.trust import audit, holds, suppressions
from rounds.actions.trust.subject_find import ERASED, Person, addresses, names, tell_of
from rounds.actions.trust.subjects import RequestClosed, RequestRefused, person_of
from rounds.kit.actor import Actor
from rounds.models import (
    Answer,
    CommitteeSeat,
    Contact,
    DealContact,
    DiscoveryRecord,
    Enrolment,
    Favourite,
    IdempotentRequest,
    Lead,
    LeadActivity,
    Meeting,
    Message,
    Purge,
    Quarantine,
    Recent,
    SubjectRequest,
    Thread,
)  # fmt: skip
from rounds.models.base import signature

KEPT = (
    ("Audit entries", "Evidence, six years (45 CFR 164.316(b)(2)): who did what, with ids. The chain holds only whole."),
    ("Committee seats", "The role and its influence, without the person."),
    ("Scores, answers and what kind of act it was", "Figures of the account; they say no longer of whom."),
    ("Reports as they were told", "Figures, dates and ids; names and texts that told of them go, and the rest still proves itself."),
    ("The blind index of the address", "So that an import or a form does not bring the person back without a word."),
    ("Backups", "Nobody edits them; they age out. A copy restored from before today needs this request carried out again."),
)


@dataclass(frozen=True)
class Preview:
    """What an erasure would do: rows by kind that go or are emptied, rows that are held, what is kept and why."""

    goes: dict[str, int]
    held: list[str]
    kept: tuple[tuple[str, str], ...] = KEPT


def preview(request: SubjectRequest) -> Preview:
    """What erasing the person of `request` would do now. Writes nothing."""
    person = person_of(request)
    with sight(EVERYTHING):
        stuck = holds.held("contact", person.contact_ids) | holds.held("lead", person.lead_ids)
        rows = [*person.contacts, *person.leads]
        return Preview({name: n for name, n in person.counts.items() if n and name != "audit entries"},
                       [str(row.account or row.name) for row in rows if row.id in stuck])  # fmt: skip


def erase(request: SubjectRequest, *, by: Actor, at: datetime) -> Purge:
    """Take the person of `request` out of the data, for good; answer the certificate.

    Effects: contacts and leads become "Erased person" without address, number, title, message or fields of their own; their
    history, events and reasons lose them (`rounds_erase_person`); activities, answers and seats lose their words; held
    texts are emptied; stars and marks go; their addresses are kept out (Suppression); the request is closed; an audit
    entry. Raises OnHold (409), RequestRefused (422), RequestClosed.
    """
    if request.kind != "erasure":
        raise RequestRefused("This request asks to see what is kept; open one to erase.", field="kind")
    with deed(by), sight(EVERYTHING):
        request = SubjectRequest.objects.select_for_update().get(pk=request.pk)
        if request.done_at:
            raise RequestClosed
        person = person_of(request)
        holds.need_free("contact", person.contact_ids)
        holds.need_free("lead", person.lead_ids)
        mails, numbers = addresses(person)
        mails |= {request.who.lower()} if "@" in request.who else set()
        called = names(person)
        suppressions.suppress([*mails, *numbers], why="asked to be erased", by=by, at=at)
        counts = _words_beside(person)
        _the_person(person, at)
        counts |= _what_nobody_rewrites(request, person, [*mails, *(quote(mail) for mail in mails), *numbers], sorted(called))
        certificate = _certificate(request, person, counts, by, at)
        request.done_at, request.who, request.outcome = at, "", f"Erased; certificate {certificate.id}"
        request.save(update_fields=["done_at", "who", "outcome"])
        audit.note("subject.erase", by=by, at=at, kind="subject request", subject=request.id,
                   detail={"certificate": str(certificate.id), "rows": certificate.rows})  # fmt: skip
    return certificate


def _the_person(person: Person, at: datetime) -> None:
    """The rows that are this person stay as places for what hangs on them."""
    for contact in Contact.objects.filter(pk__in=person.contact_ids).select_for_update():
        contact.name, contact.title, contact.email, contact.phone = ERASED, "", "", ""
        contact.preference, contact.custom, contact.external_id, contact.updated_at = "", {}, None, at
        contact.save()
    for lead in Lead.objects.filter(pk__in=person.lead_ids).select_for_update():
        lead.name, lead.title, lead.email, lead.phone, lead.message = ERASED, "", "", "", ""
        lead.external_id, lead.custom, lead.opted_out, lead.updated_at = None, {}, True, at
        lead.save()


def _words_beside(person: Person) -> dict[str, int]:
    """Words others wrote about the person go; the rows stay for what they count."""
    told: dict[str, Any] = tell_of(person)
    ids = [str(key) for key in (*person.contact_ids, *person.lead_ids)]
    texts = LeadActivity.objects.filter(pk__in=list(told["activities"].values_list("id", flat=True)))
    counts = {"activities": texts.update(subject="", body="", external_id=None)}
    counts["answers"] = Answer.objects.filter(pk__in=list(told["answers"].values_list("id", flat=True))).update(reason="")
    seats = [seat for model in (CommitteeSeat, DealContact) for seat in model.objects.filter(contact_id__in=person.contact_ids)]
    for seat in seats:
        seat.motivation, seat.preference = "", ""
        seat.save(update_fields=["motivation", "preference"])
    counts["committee seats"] = len(seats)
    counts["discovery records"] = DiscoveryRecord.objects.filter(contact_id__in=person.contact_ids).update(contact=None)
    counts["letters"] = _letters(person)
    held = Quarantine.objects.filter(subject_id__in=[*person.contact_ids, *person.lead_ids, *(seat.id for seat in seats),
                                                     *texts.values_list("id", flat=True)])  # fmt: skip
    counts["held texts"] = sum(_emptied(row) for row in held)
    urls = [f"/{noun}/{key}/" for noun in ("contacts", "leads") for key in ids]
    counts["stars and marks"] = Favourite.objects.filter(url__in=urls).delete()[0] + Recent.objects.filter(url__in=urls).delete()[0]
    for answered in IdempotentRequest.objects.all().iterator():
        if any(key in answered.answer for key in ids):
            answered.delete()  # what the API answered repeats what was sent
    return counts


def _letters(person: Person) -> int:
    """Mail to them and from them loses its words and addresses, their sequences their name; when it went stays, for the caps."""
    theirs = Q(contact_id__in=person.contact_ids) | Q(lead_id__in=person.lead_ids)
    Enrolment.objects.filter(theirs).update(name=ERASED)
    Meeting.objects.filter(theirs).update(guest_name=ERASED, guest_email="", note="")
    mails = Message.objects.filter(theirs)
    Thread.objects.filter(messages__in=mails).update(subject=ERASED)
    mails.filter(direction="in").update(sender="")
    return mails.update(subject=ERASED, text="", to=[], cc=[], files=[])


def _emptied(row: Quarantine) -> int:
    row.text = row.payload = ""
    row.save(update_fields=["text", "payload"])
    return 1


def _what_nobody_rewrites(request: SubjectRequest, person: Person, words: list[str], called: list[str]) -> dict[str, int]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT rounds_erase_person(%s, %s::uuid[], %s::uuid[], %s::text[], %s::text[])",
                       [request.id, person.contact_ids, person.lead_ids, sorted(set(words)), called])  # fmt: skip
        found = cursor.fetchone()[0]
    return json.loads(found) if isinstance(found, str) else found


def _certificate(request: SubjectRequest, person: Person, counts: dict[str, int], by: Actor, at: datetime) -> Purge:
    """Says what went, by ids and numbers; nothing of the person."""
    rows = len(person.contacts) + len(person.leads)
    stones = [{"table": name, "rows": n} for name, n in sorted(counts.items()) if n]
    return Purge.objects.create(kind="person", rule="subject request", rows=rows, reason=f"request {request.id}",
                                tombstones=stones, **signature(by, at))  # fmt: skip
