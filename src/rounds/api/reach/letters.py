"""One letter to one person: tried before it is written, sent or kept till it may go, let go (COMM-06, COMM-09)."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from ninja import Router
from pydantic import BaseModel, Field

from rounds.access.allowed import need
from rounds.access.scope import visible
from rounds.actions.reach import answers as replies
from rounds.actions.reach import approving, letters, people
from rounds.actions.reach.people import Person
from rounds.api.auth import Bearer
from rounds.api.doors import ONCE_HELP, Input, ZonedMoment, below, noted, once, one
from rounds.api.shapes import Shape, answer
from rounds.documents import letters as paper
from rounds.kit.clock import now
from rounds.models import Contact, Lead, Message, Opportunity
from rounds.models.reach.ahead import decisions_of_letter
from rounds.rules.reach import replying

router = Router(tags=["letters"])
READ, WRITE = Bearer("leads:read"), Bearer("leads:write")
LETTER = Shape("Letter", Message, {
    "id": "id", "thread": "thread_id", "in_reply_to": "in_reply_to", "purpose": "purpose", "subject": "subject", "text": "text", "lead": "lead_id", "contact": "contact_id", "account": "account_id",
    "opportunity": "opportunity_id", "template": "template", "variant": "variant", "state": "state", "why": "why", "goes_at": "goes_at", "sent_at": "sent_at",
    "answered_at": "answered_at", "by": "by_name", "at": "at",
})  # fmt: skip


class LetterGiven(Input):
    """To whom (one lead, or one contact and perhaps a deal; or the mail it `answers`, with that mail below it where `quotes`) and
    what; the caller sends it. `goes_at`: not before. `dry_run`: nothing is written, and the answer says how it would go."""

    lead: UUID | None = None
    contact: UUID | None = None
    opportunity: UUID | None = None
    answers: UUID | None = None
    quotes: bool = False
    subject: str = Field("", max_length=200)
    text: str = Field(min_length=1, max_length=20_000)
    goes_at: ZonedMoment | None = None
    dry_run: bool = False


class LetterTried(BaseModel):
    """A letter as it would go: what blocks it, and what would be decided when its time comes."""

    subject: str
    text: str
    missing: list[str]
    blocks: list[str]
    outcome: str
    code: str
    why: str
    until: datetime | None


class LetterDecision(BaseModel):
    at: datetime
    outcome: str
    code: str
    why: str
    until: datetime | None


class LetterWhole(BaseModel):
    letter: LETTER.schema
    decisions: list[LetterDecision]


class NobodyNamed(letters.LetterRefused):
    """Say to whom: one lead or one contact by its id, or the mail it answers."""

    field = "lead"


@router.post("", auth=WRITE, response={200: LetterTried, 201: LETTER.schema}, openapi_extra=ONCE_HELP)
@once
def write(request: HttpRequest, given: LetterGiven) -> HttpResponse:
    """Write one letter. It goes now where nothing speaks against it, else it waits and says why and until when. An answer without a
    subject has that of its mail."""
    need(request.user, "letters.write")
    mail = below(visible(Message, request.scope), given.answers) if given.answers else None
    person = _person(request, given, mail)
    said = {"answers": mail, "quotes": given.quotes, "sender": request.user, "goes_at": given.goes_at, "at": now()}
    subject = given.subject or (replying.subject(mail.subject) if mail else "")
    if given.dry_run:
        return answer(_tried(letters.look(person, subject, given.text, **said)))
    row = letters.write(person, subject, given.text, **said, by=request.actor)
    return answer(LETTER.of(row), 201, Location=f"/api/v1/letters/{row.id}")


@router.get("/{letter}", auth=READ, response=LetterWhole)
def show(request: HttpRequest, letter: UUID) -> HttpResponse:
    """One letter with each decision and its reason."""
    row = below(visible(Message, request.scope).filter(direction="out"), letter)
    noted(request, "mail.read", "message", row.pk)
    decided = [{name: getattr(each, name) for name in ("at", "outcome", "code", "why", "until")} for each in decisions_of_letter(row)]
    return answer({"letter": LETTER.of(row), "decisions": decided})


@router.put("/{letter}/dropping", auth=WRITE, response=LETTER.schema)
def drop(request: HttpRequest, letter: UUID) -> HttpResponse:
    """A letter that waits is let go."""
    row = below(visible(Message, request.scope).filter(direction="out"), letter)
    need(request.user, "letters.write")
    return answer(LETTER.of(letters.drop(row, by=request.actor, at=now())))


@router.put("/{letter}/releasing", auth=WRITE, response=LETTER.schema)
def release(request: HttpRequest, letter: UUID) -> HttpResponse:
    """A letter by hand that waits for a word is let go; 409 where it waits for none."""
    row = below(visible(Message, request.scope).filter(direction="out"), letter)
    need(request.user, "sequences.approve")
    return answer(LETTER.of(approving.release_letter(row, by=request.actor, at=now())))


def _person(request: HttpRequest, given: LetterGiven, mail: Message | None) -> Person:
    """Who it goes to; seen, and the caller's to change, else 404 or 403."""
    if [given.lead, given.contact, given.answers].count(None) != 2:
        raise NobodyNamed
    if mail is not None:
        replies.place(mail, request.scope, request.user)
        return replies.person_of(mail)
    if given.lead:
        return people.of_lead(one(request, Lead, given.lead, "owner", "account__buying_unit"))
    deal = one(request, Opportunity, given.opportunity, to="read") if given.opportunity else None
    return people.of_contact(one(request, Contact, given.contact, "owner", "account__buying_unit"), opportunity=deal)


def _tried(found: letters.Looked) -> dict[str, Any]:
    said = found.decision
    return {"subject": found.text.subject, "text": paper.text(found.letter, company=settings.CONFIG.company), "missing": list(found.text.missing),
            "blocks": list(found.blocks), "outcome": said.outcome, "code": said.code, "why": said.why, "until": said.until}  # fmt: skip
