"""Requests of people in the data: opened with their clock, answered with a file, or carried out as an erasure (COMPL-13)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db import connection

from rounds.access.sight import EVERYTHING, sight
from rounds.actions.flow.deeds import deed
from rounds.actions.trust import audit
from rounds.actions.trust.subject_find import Person, find, is_phone, of
from rounds.kit.actor import Actor
from rounds.kit.keys import ring
from rounds.kit.refusal import Refusal
from rounds.models import Contact, Lead, SubjectRequest
from rounds.models.base import signature
from rounds.models.flow.active import active
from rounds.models.flow.days import house_day
from rounds.playbook.shapes.trust import Law

KINDS = {"access": "Wants to see what is kept", "erasure": "Wants to be erased"}
LONGEST = 300


class RequestRefused(Refusal):
    """A request that cannot be taken as it is."""

    status = 422


class Nobody(Refusal):
    """Nobody in the data has that e-mail address, telephone number or name."""

    status = 404


class RequestClosed(Refusal):
    """This request is closed; open a new one if the person asks again."""


def law(code: str) -> tuple[str, Law]:
    """The law of a state (its code, its figures), or what holds where a state has none."""
    said = active().playbook.subject_law
    code = code if code in said.laws else said.otherwise
    return code, said.laws[code]


def look_up(who: str, *, by: Actor, at: datetime) -> Person:
    """Everything about a person. Effects: an audit entry in the chain of reads, without what was searched for."""
    with sight(EVERYTHING):
        person = find(who)
        audit.note_read("subject.find", by=by, at=at, kind="subject",
                        detail={"contacts": len(person.contacts), "leads": len(person.leads)})  # fmt: skip
    return person


def begin(kind: str, who: str, *, state: str = "", asked_on: date | None = None, contacts: Iterable[UUID] | None = None,
          leads: Iterable[UUID] | None = None, by: Actor, at: datetime) -> SubjectRequest:  # fmt: skip
    """Open a request of `who` (e-mail, telephone or name); due by the law of `state` from `asked_on`.

    `contacts` and `leads` narrow what a name found to the rows that are this person. Effects: SubjectRequest with the ids
    and counts found (no copy of the data), an audit entry. Raises RequestRefused (422), Nobody (404).
    """
    who = " ".join(who.split())[:LONGEST]
    if kind not in KINDS:
        raise RequestRefused(f"A request is one of: {', '.join(KINDS)}.", field="kind")
    asked_on = asked_on or house_day(at)
    if asked_on > house_day(at):
        raise RequestRefused("The day they asked cannot lie ahead.", field="asked_on")
    code, said = law(state)
    with deed(by), sight(EVERYTHING):
        person = find(who)
        mine = set(person.contact_ids) if contacts is None else set(person.contact_ids) & set(contacts)
        came = set(person.lead_ids) if leads is None else set(person.lead_ids) & set(leads)
        if not mine and not came and kind == "erasure":
            raise Nobody
        person = of(mine, came, person.users)
        request = SubjectRequest.objects.create(
            kind=kind, who=who, who_index=ring().blind(who.lower(), "rounds_subjectrequest.who"), state_law=code,
            due_on=asked_on + timedelta(days=said.days), **signature(by, at),
            found={"contact_ids": sorted(map(str, mine)), "lead_ids": sorted(map(str, came)), "counts": person.counts,
                   "users": len(person.users)},
        )  # fmt: skip
        if kind == "erasure":
            _note_found(request, who)
        audit.note("subject.request", by=by, at=at, kind="subject request", subject=request.id,
                   detail={"kind": kind, "law": code, "due_on": request.due_on.isoformat()})  # fmt: skip
    return request


def _note_found(request: SubjectRequest, who: str) -> None:
    """Let the database look itself whom `who` finds: it erases nobody else for this request."""
    numbers = {index for model in (Contact, Lead) for index in model._meta.get_field("phone_index").blinds(model, who)} if is_phone(who) else set()
    with connection.cursor() as cursor:
        cursor.execute("SELECT rounds_note_found(%s, %s, %s::text[])", [request.id, who, sorted(numbers)])


def person_of(request: SubjectRequest) -> Person:
    """Who a request is about, as things stand now."""
    with sight(EVERYTHING):
        return of(*(map(UUID, request.found.get(key, ())) for key in ("contact_ids", "lead_ids")))


def longer(request: SubjectRequest, *, why: str, by: Actor, at: datetime) -> SubjectRequest:
    """Take the further days the law allows once. Effects: due_on, an audit entry. Raises RequestRefused (422), RequestClosed."""
    _, said = law(request.state_law)
    if not why.strip():
        raise RequestRefused("Say why it takes longer; the person is told.", field="why")
    with deed(by):
        request = _open(request)
        if not said.longer or request.found.get("longer"):
            raise RequestRefused("The law allows no further days, or they were taken already.", field="why")
        request.due_on += timedelta(days=said.longer)
        request.found = {**request.found, "longer": why.strip()[:LONGEST]}
        request.save(update_fields=["due_on", "found"])
        audit.note("subject.longer", by=by, at=at, kind="subject request", subject=request.id, detail={"days": said.longer})
    return request


def close(request: SubjectRequest, *, outcome: str, by: Actor, at: datetime) -> SubjectRequest:
    """Close a request that was answered, or turned down with the reason. Who asked is forgotten but for the blind index.

    Effects: done_at, outcome, an audit entry. Raises RequestRefused (422) without an outcome, RequestClosed.
    """
    if not outcome.strip():
        raise RequestRefused("Say how it was answered, or why it was turned down.", field="outcome")
    with deed(by):
        request = _open(request)
        request.done_at, request.outcome, request.who = at, outcome.strip()[:LONGEST], ""
        request.save(update_fields=["done_at", "outcome", "who"])
        audit.note("subject.close", by=by, at=at, kind="subject request", subject=request.id, detail={"kind": request.kind})
    return request


def _open(request: SubjectRequest) -> SubjectRequest:
    row = SubjectRequest.objects.select_for_update().get(pk=request.pk)
    if row.done_at:
        raise RequestClosed
    return row
