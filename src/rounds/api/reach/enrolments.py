"""Enrolments: listed, tried before they are made, made for many at once, paused, taken up, stopped."""

from datetime import date, datetime
from typing import Any, Literal
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from ninja import Router
from pydantic import BaseModel, Field

from rounds.access.allowed import need, own_to_write
from rounds.access.scope import visible
from rounds.actions.reach import approving, campaigns, enrolling, people, rehearsing
from rounds.api.auth import Bearer
from rounds.api.doors import Input, ZonedMoment, list_help, noted, page
from rounds.api.shapes import Shape, answer, page_schema
from rounds.kit.clock import now
from rounds.models import Contact, Enrolment, Lead
from rounds.models.reach.ahead import decisions_of, steps_of
from rounds.models.reach.listing import ENROLMENTS

router = Router(tags=["enrolments"])
READ, WRITE = Bearer("leads:read"), Bearer("leads:write")
MOST = 500
"""People one request enrols."""
ENROLMENT = Shape("Enrolment", Enrolment, {
    "id": "id", "sequence": "sequence", "name": "name", "lead": "lead_id", "contact": "contact_id", "account": "account_id",
    "opportunity": "opportunity_id", "campaign": "campaign_id", "sender.id": "sender_id", "sender.name": "sender__name", "begins_on": "begins_on", "zone": "zone",
    "purpose": "purpose", "why": "why", "state": "state", "paused_until": "paused_until", "paused_for": "paused_for", "ended_at": "ended_at",
    "ended_for": "ended_for", "playbook_hash": "playbook_hash", "by": "by_name", "at": "at",
})  # fmt: skip


class EnrolmentDecision(BaseModel):
    """One decision on a step: send, later (until when) or never, and why."""

    at: datetime
    outcome: str
    code: str
    why: str
    until: datetime | None


class EnrolmentStepSaid(BaseModel):
    """A step of an enrolment, with what was decided of it, the oldest first."""

    step: str
    do: str
    due_on: date
    next_at: datetime
    state: str
    code: str
    said: str
    decisions: list[EnrolmentDecision]


class EnrolmentWhole(BaseModel):
    enrolment: ENROLMENT.schema
    steps: list[EnrolmentStepSaid]


class EnrolmentsGiven(Input):
    """Who is enrolled in what: leads and contacts by id. `sender`: the owner of each, or `me`. `dry_run`: nothing is done, and
    the answer says who would get which letter when. `campaign`: the name of a one-off send, under which its numbers stand."""

    sequence: str = Field(min_length=1, max_length=60)
    leads: list[UUID] = Field(default_factory=list, max_length=MOST)
    contacts: list[UUID] = Field(default_factory=list, max_length=MOST)
    sender: Literal["owner", "me"] = "owner"
    why: str = Field("", max_length=300)
    begins_on: date | None = None
    campaign: str = Field("", max_length=120)
    dry_run: bool = False


class EnrolmentPlanned(BaseModel):
    """A step as the dry run sees it: when it would be done (null: held), what it was planned for, what puts it off."""

    step: str
    do: str
    planned: datetime
    at: datetime | None
    code: str
    why: str


class EnrolmentTried(BaseModel):
    """One person: enrolled now or before (`enrolment`), or `refused` and why; of a dry run the steps."""

    lead: UUID | None
    contact: UUID | None
    name: str
    enrolment: UUID | None
    refused: str
    steps: list[EnrolmentPlanned]


class EnrolmentsTried(BaseModel):
    dry_run: bool
    enrolled: int
    refused: int
    data: list[EnrolmentTried]


class PauseGiven(Input):
    """Why, and until when; without a moment until somebody lets it go on."""

    why: str = Field(min_length=1, max_length=300)
    until: ZonedMoment | None = None


class StopGiven(Input):
    """Why it ends."""

    why: str = Field(min_length=1, max_length=300)


@router.get("", auth=READ, response=page_schema(ENROLMENT), openapi_extra=list_help())
def index(request: HttpRequest) -> HttpResponse:
    """Enrolments, the newest first; `f=held.is.yes` for those whose next letter was put off."""
    return page(request, ENROLMENTS, ENROLMENT, needs="sequences.enrol")


@router.post("", auth=WRITE, response=EnrolmentsTried)
def enrol(request: HttpRequest, given: EnrolmentsGiven) -> HttpResponse:
    """Enrol people, or try it. Somebody who is in the sequence already stays as they are, so that sending it twice is harmless."""
    need(request.user, "sequences.enrol")
    who = _people(request, given)
    if len(who) > 1 and (refused := campaigns.not_allowed(given.sequence, request.user)):
        raise refused
    if given.dry_run:
        runs = rehearsing.dry_run(given.sequence, who, begins_on=given.begins_on, at=now())
        told = [_tried(run.weighed, [_planned(stop) for stop in run.stops]) for run in runs]
    else:
        found = enrolling.enrol_many(given.sequence, who, begins_on=given.begins_on, why=given.why, campaign=given.campaign, by=request.actor, at=now())
        told = [_tried(one, []) for one in found]
    refused = sum(bool(one["refused"]) for one in told)
    return answer({"dry_run": given.dry_run, "enrolled": len(told) - refused, "refused": refused, "data": told})


@router.get("/{enrolment}", auth=READ, response=EnrolmentWhole)
def show(request: HttpRequest, enrolment: UUID) -> HttpResponse:
    """One enrolment with each step and each decision."""
    row = _of(request, enrolment)
    noted(request, "enrolment.read", "enrolment", row.id)
    decided = decisions_of(row)
    steps = [{**{name: getattr(step, name) for name in ("step", "do", "due_on", "next_at", "state", "code", "said")},
              "decisions": [{name: getattr(one, name) for name in ("at", "outcome", "code", "why", "until")} for one in decided.get(step.position, [])]}
             for step in steps_of(row)]  # fmt: skip
    return answer({"enrolment": ENROLMENT.of(row), "steps": steps})


@router.put("/{enrolment}/pausing", auth=WRITE, response=ENROLMENT.schema)
def pause(request: HttpRequest, enrolment: UUID, given: PauseGiven) -> HttpResponse:
    """Nothing goes till `until`, or till it goes on."""
    return answer(ENROLMENT.of(enrolling.pause(_to_stop(request, enrolment), why=given.why, until=given.until, by=request.actor, at=now())))


@router.delete("/{enrolment}/pausing", auth=WRITE, response=ENROLMENT.schema)
def resume(request: HttpRequest, enrolment: UUID) -> HttpResponse:
    """It goes on; what fell into the pause is due now."""
    return answer(ENROLMENT.of(enrolling.resume(_to_stop(request, enrolment), by=request.actor, at=now())))


@router.put("/{enrolment}/stopping", auth=WRITE, response=ENROLMENT.schema)
def stop(request: HttpRequest, enrolment: UUID, given: StopGiven) -> HttpResponse:
    """End it; what was not sent is cancelled. One that has ended stays as it is."""
    return answer(ENROLMENT.of(enrolling.end(_to_stop(request, enrolment), "by_hand", why=given.why, by=request.actor, at=now())))


@router.put("/{enrolment}/releasing", auth=WRITE, response=ENROLMENT.schema)
def release(request: HttpRequest, enrolment: UUID) -> HttpResponse:
    """Let the letter go that waits for a word; 409 where none does."""
    row = _of(request, enrolment)
    need(request.user, "sequences.approve")
    return answer(ENROLMENT.of(approving.release(row, by=request.actor, at=now())))


def _of(request: HttpRequest, key: UUID) -> Enrolment:
    row = visible(Enrolment, request.scope).select_related("sender").filter(pk=key).first()
    if row is None:
        raise Http404
    need(request.user, "sequences.enrol")
    return row


def _to_stop(request: HttpRequest, key: UUID) -> Enrolment:
    row = _of(request, key)
    need(request.user, "sequences.stop")
    return row


def _people(request: HttpRequest, given: EnrolmentsGiven) -> list[tuple[people.Person, Any]]:
    """The people in the order given, with whoever sends; one that is not seen, or not theirs to change, is 404."""
    found = []
    for noun, model, keys, of in (("lead", Lead, given.leads, people.of_lead), ("contact", Contact, given.contacts, people.of_contact)):
        rows = visible(model, request.scope).filter(own_to_write(request.user, noun), pk__in=keys).select_related("owner", "account__buying_unit") if keys else []
        there = {row.pk: row for row in rows}
        if set(keys) - there.keys():
            raise Http404
        found += [(of(there[key]), request.user if given.sender == "me" else there[key].owner) for key in dict.fromkeys(keys)]
    if not found:
        raise enrolling.EnrolmentRefused("Say whom: leads or contacts.", field="leads")
    return found


def _tried(one: Any, steps: list[dict[str, Any]]) -> dict[str, Any]:
    person = one.person
    return {"lead": person.lead and person.lead.pk, "contact": person.contact and person.contact.pk, "name": person.name,
            "enrolment": one.there and one.there.pk, "refused": str(one.refusal or ""), "steps": steps}  # fmt: skip


def _planned(stop: rehearsing.Stop) -> dict[str, Any]:
    return {"step": stop.step.step, "do": stop.step.do, "planned": stop.planned, "at": stop.at, "code": stop.held.code if stop.held else "",
            "why": stop.held.why if stop.held else ""}  # fmt: skip
