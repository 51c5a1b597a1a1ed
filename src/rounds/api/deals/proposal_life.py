"""What becomes of a proposal: its draft changed, looked at, its timeline agreed, withdrawn, a further version."""

from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Router
from pydantic import Field

from rounds.actions.deals import proposal_life, proposals
from rounds.api.deals.proposals import FETCH, READ, WRITE, router, shown, to_change
from rounds.api.doors import ONCE_HELP, Input, list_help, once, one, page, said
from rounds.api.shapes import Shape, answer, page_schema, several
from rounds.kit.clock import now
from rounds.models import Contact, Opportunity, Proposal
from rounds.models.deals.price_listing import PROPOSALS

of_deals = Router(tags=["proposals"])
LINE = Shape("ProposalLine", Proposal, {
    "id": "id", "opportunity": "opportunity_id", "quote": "quote_id", "title": "title", "version": "version", "state": "state", "expires_on": "expires_on", "sent_at": "sent_at",
    "viewed_at": "viewed_at", "answered_at": "answered_at",
})  # fmt: skip


class ProposalChanges(Input):
    """What of a draft is otherwise. `items`: texts by the code of their item; "" writes it from the records again. `edits`:
    the number of changes one saw; another number is a conflict."""

    title: str = Field("", min_length=1, max_length=200)
    expires_on: date | None = None
    contact: UUID | None = None
    items: dict[str, str] = Field(default_factory=dict, max_length=20)
    edits: int | None = Field(None, ge=0)


class Looked(Input):
    words: str = Field("", max_length=1000)


class Agreed(Input):
    agreed: bool
    reason: str = Field("", max_length=1000)


class Withdrawing(Input):
    reason: str = Field("", max_length=1000)


@router.get("", auth=READ, response=page_schema(LINE), openapi_extra=list_help())
def listed(request: HttpRequest) -> HttpResponse:
    """Proposals, the newest first; `f=state.is.sent` for what waits for an answer."""
    return page(request, PROPOSALS, LINE)


@of_deals.get("/{opportunity}/proposals", auth=READ, response=several(LINE))
def index(request: HttpRequest, opportunity: UUID) -> HttpResponse:
    """The proposals of a deal, the newest version first."""
    deal = one(request, Opportunity, opportunity)
    return answer({"data": LINE.rows(Proposal.objects.filter(opportunity=deal).order_by("-version", "-id"))})


@router.patch("/{proposal}", auth=WRITE, response=dict)
def change(request: HttpRequest, proposal: UUID, given: ProposalChanges) -> HttpResponse:
    """Change a draft; what was sent stays as it is."""
    row, fields = to_change(request, proposal), said(given)
    edits, items = fields.pop("edits", None), fields.pop("items", {})
    if fields.get("expires_on", ...) is None:
        del fields["expires_on"]
    if "contact" in fields:
        fields["contact"] = one(request, Contact, fields["contact"], to="read") if fields["contact"] else None
    changed: dict[str, Any] = {**items, **fields}
    return answer(shown(proposals.change(row, changed, edits=edits, by=request.actor, at=now())))


@router.post("/{proposal}/views", auth=WRITE, response={201: dict}, openapi_extra=ONCE_HELP)
@once
def view(request: HttpRequest, proposal: UUID, given: Looked) -> HttpResponse:
    """Somebody says that the customer looked at it."""
    return answer(shown(proposal_life.viewed(to_change(request, proposal), words=given.words, by=request.actor, at=now())), 201)


@router.put("/{proposal}/timeline", auth=WRITE, response=dict)
def timeline(request: HttpRequest, proposal: UUID, given: Agreed) -> HttpResponse:
    """The timeline in it is agreed, or open again."""
    row = to_change(request, proposal)
    return answer(shown(proposal_life.agree_timeline(row, given.agreed, reason=given.reason, by=request.actor, at=now())))


@router.put("/{proposal}/withdrawal", auth=WRITE, response=dict)
def withdraw(request: HttpRequest, proposal: UUID, given: Withdrawing) -> HttpResponse:
    """Take it back; its links are dead."""
    row = to_change(request, proposal)
    proposal_life.end(row, "withdrawn", reason=given.reason, by=request.actor, at=now())
    return answer(shown(Proposal.objects.filter(opportunity=row.opportunity_id).select_related(*FETCH).get(pk=row.pk)))


@router.post("/{proposal}/versions", auth=WRITE, response={201: dict}, openapi_extra=ONCE_HELP)
@once
def revise(request: HttpRequest, proposal: UUID) -> HttpResponse:
    """A further version with what people wrote."""
    made = proposals.revise(to_change(request, proposal), by=request.actor, at=now())
    return answer(shown(made), 201, Location=f"/api/v1/proposals/{made.id}")
