"""Opportunities: listed and shown; a lead is converted into one."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Router
from pydantic import Field

from rounds.access.allowed import need_to_write
from rounds.actions.leads import converting
from rounds.api.auth import Bearer
from rounds.api.doors import ONCE_HELP, Input, list_help, once, one, page, read
from rounds.api.shapes import Shape, answer, page_schema
from rounds.kit.clock import now
from rounds.models import Lead, Opportunity
from rounds.models.deals.listing import OPPORTUNITIES

router = Router(tags=["opportunities"])
of_leads = Router(tags=["opportunities"])
READ, WRITE = Bearer("opportunities:read"), Bearer("leads:write")

OPPORTUNITY = Shape("Opportunity", Opportunity, {
    "id": "id", "name": "name", "stage": "stage", "amount_cents": "amount_cents", "currency": "currency", "source": "source",
    "account.id": "account_id", "account.name": "account__name", "contact": "contact_id", "lead": "lead_id",
    "buying_unit": "buying_unit_id", "owner.id": "owner_id", "owner.name": "owner__name", "territory": "territory",
    "score_snapshot": "score_snapshot", "external_id": "external_id", "opened_at": "opened_at", "closed_at": "closed_at",
    "updated_at": "updated_at",
})  # fmt: skip


class ConversionGiven(Input):
    """The name of the deal; empty: the account and the person."""

    name: str = Field("", max_length=300)


@router.get("", auth=READ, response=page_schema(OPPORTUNITY), openapi_extra=list_help())
def index(request: HttpRequest) -> HttpResponse:
    """Opportunities, the newest first unless sorted otherwise."""
    return page(request, OPPORTUNITIES, OPPORTUNITY)


@router.get("/{opportunity}", auth=READ, response=OPPORTUNITY.schema)
def show(request: HttpRequest, opportunity: UUID) -> HttpResponse:
    """One opportunity, with what score and sheet of its lead said when it was converted."""
    return read(request, OPPORTUNITY, opportunity)


@of_leads.post("/{lead}/conversion", auth=WRITE, response={201: OPPORTUNITY.schema}, openapi_extra=ONCE_HELP)
@once
def convert(request: HttpRequest, lead: UUID, given: ConversionGiven) -> HttpResponse:
    """Convert a qualified lead. One that is converted already answers its opportunity and writes nothing."""
    row = one(request, Lead, lead)
    need_to_write(request.user, "opportunity")
    deal = converting.convert(row, by=request.actor, at=now(), name=given.name)
    return answer(OPPORTUNITY.of(deal), 201, Location=f"/api/v1/opportunities/{deal.id}")
