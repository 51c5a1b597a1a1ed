"""Leads: listed, captured, changed, handed over, given a status."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Router
from pydantic import Field

from rounds.access.allowed import need_to_give, need_to_write
from rounds.access.fields import given_by, need_to_be_shown, plain
from rounds.actions.leads import leads
from rounds.actions.leads import statuses as moves
from rounds.actions.leads.given import LeadGiven
from rounds.actions.people.users import colleague
from rounds.api import records
from rounds.api.auth import Bearer
from rounds.api.doors import ONCE_HELP, Input, changes, list_help, once, one, page, read, said
from rounds.api.shapes import Shape, answer, page_schema, several
from rounds.kit.clock import now
from rounds.models import Lead
from rounds.models.leads.listing import LEADS

router = Router(tags=["leads"])
READ, WRITE = Bearer("leads:read"), Bearer("leads:write")

LEAD = Shape("Lead", Lead, {
    "id": "id", "name": "name", "email": "email", "phone": "phone", "title": "title", "role": "role",
    "seniority": "seniority", "organization": "organization", "state": "state", "source": "source",
    "hand_raise": "hand_raise", "message": "message", "status": "status", "external_id": "external_id",
    "account.id": "account_id", "account.name": "account__name", "buying_unit": "buying_unit_id",
    "owner.id": "owner_id", "owner.name": "owner__name", "territory": "territory", "segment": "segment",
    "owner_role": "owner_role", "queue": "queue", **records.VERDICT, "quick.total": "quick_total", "quick.band": "quick_band",
    "driving_band": "driving_band", "lifecycle": "lifecycle", "bant": "bant", "dimensions": "dimensions", "heat": "heat", "facts": "facts", "opted_out": "opted_out",
    "last_touch_at": "last_touch_at", "captured_at": "captured_at", "updated_at": "updated_at",
}, clean=lambda row, hidden: {**row, "facts": plain(row["facts"], hidden)})  # fmt: skip
LeadChanges = changes(LeadGiven, "answers", "external_id")


class OwnerGiven(Input):
    """A new owner, by id or e-mail address."""

    owner: str = Field(min_length=1, max_length=254)
    reason: str = Field("", max_length=500)


class StatusGiven(Input):
    """The next status; a disqualification needs its reason: `code` is one of the playbook's list, words alone count as
    another reason."""

    status: str = Field(min_length=1, max_length=60)
    reason: str = Field("", max_length=500)
    code: str = Field("", max_length=60)


@router.get("", auth=READ, response=page_schema(LEAD), openapi_extra=list_help())
def index(request: HttpRequest) -> HttpResponse:
    """Leads, the warmest first unless sorted otherwise."""
    return page(request, LEADS, LEAD)


@router.post("", auth=WRITE, response={201: LEAD.schema}, openapi_extra=ONCE_HELP)
@once
def create(request: HttpRequest, lead: LeadGiven) -> HttpResponse:
    """Capture a lead; the answer carries its score, band, territory and segment.

    An `external_id` that is there already answers that lead and writes nothing.
    """
    need_to_write(request.user, "lead")
    given_by(request.user, lead)
    captured = leads.capture(lead, by=request.actor, at=now())
    return answer(LEAD.of(captured), 201, Location=f"/api/v1/leads/{captured.id}")


@router.get("/{lead}", auth=READ, response=LEAD.schema)
def show(request: HttpRequest, lead: UUID) -> HttpResponse:
    """One lead."""
    return read(request, LEAD, lead)


@router.patch("/{lead}", auth=WRITE, response=LEAD.schema)
def change(request: HttpRequest, lead: UUID, changed: LeadChanges) -> HttpResponse:
    """Change what was given with a lead. `facts` replaces all its given facts."""
    row, given = one(request, Lead, lead), said(changed)
    need_to_be_shown(request.user, "lead", given)
    given_by(request.user, changed)
    if "facts" in given:  # replacing what one is shown must not drop what one is not
        shown = plain(row.facts, request.scope.hidden)
        given["facts"] = {**{k: v for k, v in row.facts.items() if k not in shown}, **given["facts"]}
    return answer(LEAD.of(leads.change(row, by=request.actor, at=now(), **given)))


@router.put("/{lead}/owner", auth=WRITE, response=LEAD.schema)
def give(request: HttpRequest, lead: UUID, given: OwnerGiven) -> HttpResponse:
    """Give a lead to somebody. Reps take what nobody owns; managers and admins give to others."""
    row, owner = one(request, Lead, lead), colleague(given.owner)
    need_to_give(request.user, row, owner)
    return answer(LEAD.of(leads.assign(row, owner, by=request.actor, at=now(), reason=given.reason)))


@router.delete("/{lead}/owner", auth=WRITE, response=LEAD.schema)
def give_back(request: HttpRequest, lead: UUID) -> HttpResponse:
    """Put a lead back into the queue of its territory."""
    row = one(request, Lead, lead)
    need_to_give(request.user, row, None)
    return answer(LEAD.of(leads.assign(row, None, by=request.actor, at=now())))


@router.get("/{lead}/statuses", auth=READ, response=several(records.STATUS))
def statuses(request: HttpRequest, lead: UUID) -> HttpResponse:
    """Every status the lead had, the last first."""
    row = one(request, Lead, lead)
    return answer({"data": records.STATUS.rows(row.status_changes.order_by("-at", "-id"))})


@router.post("/{lead}/statuses", auth=WRITE, response={201: LEAD.schema}, openapi_extra=ONCE_HELP)
@once
def set_status(request: HttpRequest, lead: UUID, given: StatusGiven) -> HttpResponse:
    """Move a lead to its next status."""
    row = one(request, Lead, lead)
    moved = moves.set_status(row, given.status, by=request.actor, at=now(), reason=given.reason, code=given.code)
    return answer(LEAD.of(moved), 201)


@router.get("/{lead}/scores", auth=READ, response=several(records.SCORE))
def scores(request: HttpRequest, lead: UUID) -> HttpResponse:
    """Every verdict on a lead with the lines that explain it, the last first."""
    row = one(request, Lead, lead)
    return answer({"data": records.SCORE.rows(row.scores.order_by("-at", "-id"))})
