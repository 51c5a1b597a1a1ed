"""The qualification sheet of a deal that came without a lead; with one, the sheet is its lead's (`/leads/{id}/qualification`)."""

from datetime import datetime
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Router
from pydantic import BaseModel, Field

from rounds.actions.deals import criteria
from rounds.api.auth import Bearer
from rounds.api.doors import ONCE_HELP, Input, once, one
from rounds.api.shapes import answer
from rounds.kit.clock import now
from rounds.models import Opportunity
from rounds.models.deals.sheets import holds_of, items_said

of_deals = Router(tags=["opportunities"])
READ, WRITE = Bearer("opportunities:read"), Bearer("opportunities:write")


class Said(BaseModel):
    """What was said of an item last."""

    answer: str
    note: str
    by: str
    at: datetime


class DealSheetShown(BaseModel):
    """What the answers come to by dimension, and the answers by item. `lead`: whose sheet it is, null the deal's own."""

    lead: UUID | None
    bant: str
    states: dict[str, str]
    items: dict[str, Said]


class DealAnswerGiven(Input):
    """One answer: yes, no or unknown."""

    item: str = Field(min_length=1, max_length=60)
    answer: str = Field(min_length=1, max_length=10)
    note: str = Field("", max_length=2000)


@of_deals.get("/{opportunity}/qualification", auth=READ, response=DealSheetShown)
def show(request: HttpRequest, opportunity: UUID) -> HttpResponse:
    """The sheet as it stands."""
    return answer(_shown(one(request, Opportunity, opportunity)))


@of_deals.post("/{opportunity}/qualification/answers", auth=WRITE, response={201: DealSheetShown}, openapi_extra=ONCE_HELP)
@once
def say(request: HttpRequest, opportunity: UUID, given: DealAnswerGiven) -> HttpResponse:
    """Answer one item."""
    deal = one(request, Opportunity, opportunity)
    criteria.answer(deal, given.item, given.answer, note=given.note, by=request.actor, at=now())
    return answer(_shown(deal), 201)


def _shown(deal: Opportunity) -> dict:
    verdict = holds_of(deal)
    items = {item: {"answer": row.answer, "note": row.note, "by": row.by_name, "at": row.at} for item, row in items_said(deal).items()}
    states = {name: part.state for name, part in verdict.dimensions.items()}
    return {"lead": deal.lead_id, "bant": verdict.bant, "states": states, "items": items}
