"""Assignments of a lead: who got it and why, and the owner's yes or no."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Router
from pydantic import Field

from rounds.actions.leads import routing
from rounds.api import records
from rounds.api.auth import Bearer
from rounds.api.doors import ONCE_HELP, Input, once, one
from rounds.api.shapes import answer, several
from rounds.kit.clock import now
from rounds.models import Lead

router = Router(tags=["leads"])
READ, WRITE = Bearer("leads:read"), Bearer("leads:write")


class Declined(Input):
    """Why the lead is not taken; whoever gets it next reads it."""

    reason: str = Field(min_length=1, max_length=500)


@router.get("/{lead}/assignments", auth=READ, response=several(records.ASSIGNMENT))
def index(request: HttpRequest, lead: UUID) -> HttpResponse:
    """Everybody who had the lead and every queue it waited in, the last first, each with the steps and the people looked at."""
    row = one(request, Lead, lead)
    return answer({"data": records.ASSIGNMENT.rows(row.assignments.order_by("-at", "-id"))})


@router.put("/{lead}/acceptance", auth=WRITE, response=records.ASSIGNMENT.schema)
def accept(request: HttpRequest, lead: UUID) -> HttpResponse:
    """Take the lead one was given."""
    row = one(request, Lead, lead)
    return answer(records.ASSIGNMENT.of(routing.accept(row, by=request.actor, at=now())))


@router.post("/{lead}/declines", auth=WRITE, response={201: records.ASSIGNMENT.schema}, openapi_extra=ONCE_HELP)
@once
def decline(request: HttpRequest, lead: UUID, declined: Declined) -> HttpResponse:
    """Decline the lead one was given; the answer says where it went."""
    row = one(request, Lead, lead)
    return answer(records.ASSIGNMENT.of(routing.decline(row, reason=declined.reason, by=request.actor, at=now())), 201)
