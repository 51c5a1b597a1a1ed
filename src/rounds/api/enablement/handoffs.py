"""Hand-offs: what one department gives to another; listed, given, accepted, sent back, done."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Router
from pydantic import Field

from rounds.access.allowed import need_to_read, need_to_write
from rounds.access.scope import visible
from rounds.actions.enablement import handoffs
from rounds.api.auth import Bearer
from rounds.api.doors import ONCE_HELP, Input, list_help, once, one, page, read
from rounds.api.shapes import Shape, answer, page_schema, several
from rounds.kit.clock import now
from rounds.models import Account, HandOff, Opportunity
from rounds.models.enablement.listing import HANDOFFS

router, of_deals = Router(tags=["hand-offs"]), Router(tags=["hand-offs"])
READ, WRITE = Bearer("hand-offs:read"), Bearer("hand-offs:write")
HANDOFF = Shape("HandOff", HandOff, {
    "id": "id", "kind": "kind", "title": "title", "note": "note", "from": "from_department", "to": "to_department", "account": "account_id",
    "opportunity": "opportunity_id", "owner.id": "owner_id", "owner.name": "owner__name", "accept_by": "accept_by", "accepted_at": "accepted_at",
    "accepted_by": "accepted_by", "due_at": "due_at", "returned_at": "returned_at", "returned_why": "returned_why", "done_at": "done_at",
    "outcome": "outcome", "automation": "automation", "by": "by_name", "at": "at",
})  # fmt: skip


class HandOffGiven(Input):
    """What is handed over: a kind of handoffs.yaml, which says from whom to whom, and what it is about."""

    kind: str = Field(min_length=1, max_length=60)
    title: str = Field(min_length=1, max_length=200)
    note: str = Field("", max_length=4000)
    opportunity: UUID | None = None
    account: UUID | None = None


class Return(Input):
    """What is missing."""

    why: str = Field(min_length=1, max_length=1000)


class Outcome(Input):
    """What came of it."""

    outcome: str = Field(min_length=1, max_length=2000)


@router.get("", auth=READ, response=page_schema(HANDOFF), openapi_extra=list_help())
def index(request: HttpRequest) -> HttpResponse:
    """Hand-offs, those to be accepted first first; `f=state.is.waiting&f=to.is.sales` for what waits for a department."""
    return page(request, HANDOFFS, HANDOFF)


@router.post("", auth=WRITE, response={201: HANDOFF.schema}, openapi_extra=ONCE_HELP)
@once
def give(request: HttpRequest, given: HandOffGiven) -> HttpResponse:
    """Give something to another department; it is told."""
    need_to_write(request.user, "handoff")
    said: dict[str, Any] = given.model_dump(exclude={"kind", "title", "opportunity", "account"})
    said["deal"] = one(request, Opportunity, given.opportunity, "account", to="read") if given.opportunity else None
    said["account"] = one(request, Account, given.account, to="read") if given.account else None
    # As the person: whoever sends it back tells them.
    row = handoffs.give(given.kind, given.title, by=request.user.actor, at=now(), **said)
    return answer(HANDOFF.of(row), 201, Location=f"/api/v1/hand-offs/{row.pk}")


@router.get("/{handoff}", auth=READ, response=HANDOFF.schema)
def show(request: HttpRequest, handoff: UUID) -> HttpResponse:
    """One hand-off."""
    return read(request, HANDOFF, handoff)


@router.put("/{handoff}/acceptance", auth=WRITE, response=HANDOFF.schema)
def accept(request: HttpRequest, handoff: UUID) -> HttpResponse:
    """Take it, as the person whose token it is: theirs from now on."""
    return answer(HANDOFF.of(handoffs.accept(one(request, HandOff, handoff, "owner"), request.user, by=request.actor, at=now())))


@router.put("/{handoff}/return", auth=WRITE, response=HANDOFF.schema)
def send_back(request: HttpRequest, handoff: UUID, given: Return) -> HttpResponse:
    """It is not taken; its giver is told what is missing."""
    return answer(HANDOFF.of(handoffs.send_back(one(request, HandOff, handoff, "owner"), why=given.why, by=request.actor, at=now())))


@router.put("/{handoff}/completion", auth=WRITE, response=HANDOFF.schema)
def finish(request: HttpRequest, handoff: UUID, given: Outcome) -> HttpResponse:
    """It is done."""
    return answer(HANDOFF.of(handoffs.finish(one(request, HandOff, handoff, "owner"), outcome=given.outcome, by=request.actor, at=now())))


@of_deals.get("/{opportunity}/hand-offs", auth=Bearer("opportunities:read"), response=several(HANDOFF))
def of_deal(request: HttpRequest, opportunity: UUID) -> HttpResponse:
    """What was handed over about a deal, the newest first (at most 200)."""
    deal = one(request, Opportunity, opportunity)
    need_to_read(request.user, "handoff")
    return answer({"data": HANDOFF.rows(visible(HandOff, request.scope).filter(opportunity=deal).order_by("-at", "-id"))})
