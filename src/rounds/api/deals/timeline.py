"""What happened with a deal: its timeline, the notes on it, the calls and meetings with its people, what is left undone."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router
from pydantic import BaseModel, Field

from rounds.access.scope import visible
from rounds.actions.deals import notes
from rounds.actions.leads import activities
from rounds.analytics.deals import timeline as deals
from rounds.analytics.desk import hygiene as undone
from rounds.api import records
from rounds.api.auth import Bearer
from rounds.api.doors import ONCE_HELP, Input, below, once, one
from rounds.api.leads.activities import ActivityGiven
from rounds.api.shapes import Shape, answer, several
from rounds.kit.clock import now
from rounds.kit.refusal import Refusal
from rounds.models import Contact, DealNote, Opportunity
from rounds.models.flow.active import active
from rounds.models.listing import ListRefused

of_deals = Router(tags=["opportunities"])
READ, WRITE = Bearer("opportunities:read"), Bearer("opportunities:write")
NOTE = Shape("DealNote", DealNote, {"id": "id", "text": "text", "by": "by_name", "at": "at"})
ACTIVITY = records.ACTIVITY


class Talk(BaseModel):
    """What was said with somebody of the deal."""

    kind: str
    direction: str
    contact: UUID | None
    subject: str
    body: str


class EntryShown(BaseModel):
    """One thing that happened. `kind` is that of the event ("committee.seated") with what it says in `said`, or "activity"
    with the `talk`. `note`: the words of a note that stands. `machine`: nobody did it by hand."""

    id: UUID
    at: datetime
    by: str
    machine: bool
    kind: str
    said: dict[str, Any]
    talk: Talk | None
    note: str | None


class TimelineShown(BaseModel):
    """A page, the latest first; `next` is the address of the next one, null on the last."""

    data: list[EntryShown]
    next: str | None


class DealNotTheirs(Refusal):
    """This is nobody of the customer, or you do not see them."""

    status = 422
    field = "contact"


class NoteGiven(Input):
    text: str = Field(min_length=1, max_length=10_000)


class Undone(BaseModel):
    """Something left undone on the deal, a check of hygiene.yaml, and how it is mended (`fix`)."""

    check: str
    title: str
    fix: str


class Hygiene(BaseModel):
    data: list[Undone]


@of_deals.get("/{opportunity}/timeline", auth=READ, response=TimelineShown)
def show(request: HttpRequest, opportunity: UUID, only: str = Query("all", max_length=20), after: str = Query("", max_length=120),
         size: int = Query(deals.PAGE, ge=1, le=200)) -> HttpResponse:  # fmt: skip
    """What happened, page by page. `only`: stages, talks, notes, people, work or money."""
    if only not in deals.FILTERS:
        raise ListRefused(f"only is one of {', '.join(deals.FILTERS)}.", field="only")
    deal = one(request, Opportunity, opportunity)
    found = deals.timeline(deal, request.scope, only=only, after=after, most=size)
    following = f"{request.path}?only={only}&size={size}&after={found.next}" if found.next else None
    return answer({"data": [_entry(entry) for entry in found.entries], "next": following and following.replace("+", "%2B")})


@of_deals.get("/{opportunity}/notes", auth=READ, response=several(NOTE))
def index(request: HttpRequest, opportunity: UUID) -> HttpResponse:
    """The notes on a deal, the newest first (at most 200), without those that were taken back."""
    deal = one(request, Opportunity, opportunity)
    return answer({"data": NOTE.rows(visible(DealNote, request.scope).filter(opportunity=deal, withdrawn_at=None).order_by("-at", "-id"))})


@of_deals.post("/{opportunity}/notes", auth=WRITE, response={201: NOTE.schema}, openapi_extra=ONCE_HELP)
@once
def add(request: HttpRequest, opportunity: UUID, given: NoteGiven) -> HttpResponse:
    """Write a note on a deal."""
    return answer(NOTE.of(notes.add(one(request, Opportunity, opportunity), given.text, by=request.actor, at=now())), 201)


@of_deals.delete("/{opportunity}/notes/{note}", auth=WRITE, response={204: None})
def withdraw(request: HttpRequest, opportunity: UUID, note: UUID) -> HttpResponse:
    """Take a note back."""
    deal = one(request, Opportunity, opportunity)
    notes.withdraw(below(visible(DealNote, request.scope).filter(opportunity=deal), note), by=request.actor, at=now())
    return HttpResponse(status=204)


@of_deals.post("/{opportunity}/activities", auth=WRITE, response={201: ACTIVITY.schema}, openapi_extra=ONCE_HELP)
@once
def log(request: HttpRequest, opportunity: UUID, given: ActivityGiven) -> HttpResponse:
    """Log a call or a meeting with somebody of the customer; it stands in the timeline of the deal."""
    deal = one(request, Opportunity, opportunity, "account")
    contact = _of_customer(request, deal, given.contact) if given.contact else None
    said = given.model_dump(exclude={"contact", "mail"}) | {"mail": given.mail.model_dump() if given.mail else None}
    return answer(ACTIVITY.of(activities.log(account=deal.account, contact=contact, by=request.actor, at=now(), **said)), 201)


@of_deals.get("/{opportunity}/hygiene", auth=READ, response=Hygiene)
def hygiene(request: HttpRequest, opportunity: UUID) -> HttpResponse:
    """What is left undone on a deal: nothing, where the list is empty. Over all deals: `GET /opportunities?f=undone.is.…`."""
    deal = one(request, Opportunity, opportunity)
    found = undone.of_row(active().playbook, request.scope, "opportunity", deal.pk, at=now())
    return answer({"data": [{"check": check.check, "title": check.title, "fix": check.fix} for check in found]})


def _of_customer(request: HttpRequest, deal: Opportunity, key: UUID) -> Contact:
    row = visible(Contact, request.scope).filter(pk=key, buying_unit_id=deal.buying_unit_id or deal.account_id).first()
    if row is None:
        raise DealNotTheirs
    return row


def _entry(entry: deals.Entry) -> dict[str, Any]:
    act, note = entry.activity, entry.note
    talk = None if act is None else {"kind": act.kind, "direction": act.direction, "contact": act.contact_id, "subject": act.subject, "body": act.body}
    return {"id": entry.id, "at": entry.when, "by": entry.by, "machine": entry.machine, "kind": entry.event.kind if entry.event else "activity",
            "said": entry.said or {}, "talk": talk, "note": note.text if note is not None and note.withdrawn_at is None else None}  # fmt: skip
