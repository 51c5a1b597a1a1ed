"""Discovery of a deal: its calls in six timed sections with their notes, and what was found out."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Router
from pydantic import Field

from rounds.access.scope import visible
from rounds.actions.deals import discovery
from rounds.api.auth import Bearer
from rounds.api.doors import ONCE_HELP, Input, ZonedMoment, below, once, one
from rounds.api.shapes import Shape, answer, several
from rounds.kit.clock import now
from rounds.models import Contact, DiscoveryCall, DiscoveryRecord, Opportunity

of_deals = Router(tags=["discovery"])
READ, WRITE = Bearer("opportunities:read"), Bearer("opportunities:write")
CALL = Shape("DiscoveryCall", DiscoveryCall, {
    "id": "id", "starts_at": "starts_at", "agenda": "agenda", "notes": "notes", "people": "people", "held_at": "held_at",
    "held_by": "held_by_name", "dropped_at": "dropped_at", "dropped_why": "dropped_why", "by": "by_name", "at": "at", "updated_at": "updated_at",
})  # fmt: skip
RECORD = Shape("DiscoveryRecord", DiscoveryRecord, {
    "id": "id", "kind": "kind", "group": "group", "text": "text", "measure": "measure", "baseline": "baseline", "target": "target",
    "contact": "contact_id", "call": "call_id", "withdrawn_at": "withdrawn_at", "by": "by_name", "at": "at",
})  # fmt: skip


class CallGiven(Input):
    """A call to come, and which contacts of the customer are to be there."""

    starts_at: ZonedMoment
    people: list[UUID] = Field([], max_length=60)


class CallChanges(Input):
    """What was heard, section → text; `minutes` gives sections of this call other times, which together fill the call.
    What is not said stays."""

    notes: dict[str, str] = Field(default_factory=dict, max_length=20)
    minutes: dict[str, int] = Field(default_factory=dict, max_length=20)
    people: list[UUID] | None = Field(None, max_length=60)
    starts_at: ZonedMoment | None = None


class DiscoveryDropping(Input):
    """Why it is called off."""

    why: str = Field(min_length=1, max_length=500)


class RecordGiven(Input):
    """One thing found out: a kind of deals/discovery.yaml, or "interview" with its group. A success criterion has a
    measure, what it is now and what is wanted."""

    kind: str = Field(min_length=1, max_length=60)
    text: str = Field(min_length=1, max_length=4000)
    group: str = Field("", max_length=60)
    measure: str = Field("", max_length=200)
    baseline: str = Field("", max_length=200)
    target: str = Field("", max_length=200)
    contact: UUID | None = None
    call: UUID | None = None


@of_deals.get("/{opportunity}/discovery/calls", auth=READ, response=several(CALL))
def calls(request: HttpRequest, opportunity: UUID) -> HttpResponse:
    """The discovery calls with agenda and notes, the latest first."""
    deal = one(request, Opportunity, opportunity)
    return answer({"data": CALL.rows(visible(DiscoveryCall, request.scope).filter(opportunity=deal).order_by("-starts_at", "-id"))})


@of_deals.post("/{opportunity}/discovery/calls", auth=WRITE, response={201: CALL.schema}, openapi_extra=ONCE_HELP)
@once
def plan(request: HttpRequest, opportunity: UUID, given: CallGiven) -> HttpResponse:
    """Plan a call with the agenda of the playbook."""
    deal = one(request, Opportunity, opportunity)
    return answer(CALL.of(discovery.plan(deal, given.starts_at, people=_people(request, deal, given.people), by=request.actor, at=now())), 201)


@of_deals.patch("/{opportunity}/discovery/calls/{call}", auth=WRITE, response=CALL.schema)
def note(request: HttpRequest, opportunity: UUID, call: UUID, given: CallChanges) -> HttpResponse:
    """Keep what was heard, who was there, and how long each section takes."""
    row = _call(request, opportunity, call)
    if given.minutes:
        row = discovery.set_agenda(row, given.minutes, by=request.actor, at=now())
    people = None if given.people is None else _people(request, row.opportunity, given.people)
    return answer(CALL.of(discovery.note(row, given.notes, people=people, starts_at=given.starts_at, by=request.actor, at=now())))


@of_deals.put("/{opportunity}/discovery/calls/{call}/holding", auth=WRITE, response=CALL.schema)
def hold(request: HttpRequest, opportunity: UUID, call: UUID) -> HttpResponse:
    """The call was held: it has notes in as many sections as the playbook asks, and the deal is told."""
    return answer(CALL.of(discovery.complete(_call(request, opportunity, call), by=request.actor, at=now())))


@of_deals.put("/{opportunity}/discovery/calls/{call}/dropping", auth=WRITE, response=CALL.schema)
def drop(request: HttpRequest, opportunity: UUID, call: UUID, given: DiscoveryDropping) -> HttpResponse:
    """Call it off."""
    return answer(CALL.of(discovery.drop(_call(request, opportunity, call), why=given.why, by=request.actor, at=now())))


@of_deals.get("/{opportunity}/discovery/records", auth=READ, response=several(RECORD))
def records(request: HttpRequest, opportunity: UUID) -> HttpResponse:
    """What was found out, the first first (at most 200), without what was taken back."""
    deal = one(request, Opportunity, opportunity)
    return answer({"data": RECORD.rows(visible(DiscoveryRecord, request.scope).filter(opportunity=deal, withdrawn_at=None).order_by("at", "id"))})


@of_deals.post("/{opportunity}/discovery/records", auth=WRITE, response={201: RECORD.schema}, openapi_extra=ONCE_HELP)
@once
def record(request: HttpRequest, opportunity: UUID, given: RecordGiven) -> HttpResponse:
    """Write down one thing that was found out."""
    deal = one(request, Opportunity, opportunity)
    said: dict[str, Any] = given.model_dump(exclude={"kind", "text", "contact", "call"})
    said["contact"] = one(request, Contact, given.contact, to="read") if given.contact else None
    said["call"] = below(visible(DiscoveryCall, request.scope).filter(opportunity=deal), given.call) if given.call else None
    return answer(RECORD.of(discovery.record(deal, given.kind, given.text, by=request.actor, at=now(), **said)), 201)


@of_deals.delete("/{opportunity}/discovery/records/{record}", auth=WRITE, response={204: None})
def withdraw(request: HttpRequest, opportunity: UUID, record: UUID) -> HttpResponse:
    """Take a record back."""
    deal = one(request, Opportunity, opportunity)
    discovery.withdraw(below(visible(DiscoveryRecord, request.scope).filter(opportunity=deal), record), by=request.actor, at=now())
    return HttpResponse(status=204)


def _call(request: HttpRequest, opportunity: UUID, key: UUID) -> DiscoveryCall:
    deal = one(request, Opportunity, opportunity)
    return below(visible(DiscoveryCall, request.scope).filter(opportunity=deal).select_related("opportunity"), key)


def _people(request: HttpRequest, deal: Opportunity, keys: list[UUID]) -> list[Contact]:
    """Contacts of the customer of the deal."""
    found = list(visible(Contact, request.scope).filter(pk__in=keys, buying_unit_id=deal.buying_unit_id or deal.account_id))
    if len(found) < len(set(keys)):
        raise discovery.DiscoveryRefused("One of these people is not one of this customer, or you do not see them.", field="people")
    return found
