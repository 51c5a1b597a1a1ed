"""Quotes listed; the lines of one, changed and taken off one by one; what else becomes of it: a further version, let go, an
approval handed on; what was conceded."""

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from ninja import Query, Router
from pydantic import Field

from rounds.access.allowed import need_to_write
from rounds.access.scope import visible
from rounds.actions.deals import approval_moves, concessions, quote_lines, quotes
from rounds.actions.people.users import colleague
from rounds.api.auth import Bearer
from rounds.api.deals.quotes import FETCH, READ, WRITE, Cents, Why, of_deals, router, shown
from rounds.api.doors import ONCE_HELP, Input, list_help, once, one, page, said
from rounds.api.shapes import Shape, answer, page_schema, several
from rounds.kit.clock import now
from rounds.models import Concession, Opportunity, Quote, QuoteApproval, QuoteLine
from rounds.models.deals.price_listing import QUOTES

of_concessions = Router(tags=["quotes"])
CONCESSION = Shape("Concession", Concession, {
    "id": "id", "quote": "quote_id", "side": "side", "kind": "kind", "words": "words", "worth_cents": "worth_cents", "withdrawn_at": "withdrawn_at",
    "by": "by_name", "at": "at",
})  # fmt: skip


QUOTE = Shape("QuoteHead", Quote, {
    "id": "id", "opportunity": "opportunity_id", "name": "name", "version": "version", "state": "state", "currency": "currency", "expires_on": "expires_on",
    "term_months": "term_months", "list_cents": "list_cents", "paid_cents": "paid_cents", "annual_cents": "annual_cents", "once_cents": "once_cents",
    "effective_bp": "effective_bp", "approved_until": "approved_until", "edits": "edits", "by": "by_name", "at": "at", "updated_at": "updated_at",
})  # fmt: skip


class LineChanges(Input):
    """What of a line is to be otherwise. `edits`: the number of changes of the quote one saw; another one is a conflict."""

    title: str | None = Field(None, min_length=1, max_length=200)
    units: int | None = Field(None, ge=1, le=1_000_000)
    unit_cents: int | None = Cents
    discount_bp: int | None = Field(None, ge=0, le=10_000)
    start_month: int | None = Field(None, ge=0, le=239)
    edits: int | None = Field(None, ge=0)


class Handing(Input):
    """Who decides instead (id or e-mail address), and why."""

    to: str = Field(min_length=1, max_length=254)
    why: str = Field("", max_length=500)


@router.get("", auth=READ, response=page_schema(QUOTE), openapi_extra=list_help())
def index(request: HttpRequest) -> HttpResponse:
    """Quotes, the newest first; `f=state.is.asked` for what waits for approval."""
    return page(request, QUOTES, QUOTE)


@router.patch("/{quote}/lines/{line}", auth=WRITE, response=dict)
def change(request: HttpRequest, quote: UUID, line: UUID, given: LineChanges) -> HttpResponse:
    """Change a line; what was approved is void where the offer is another one."""
    row = _to_change(request, quote)
    fields: dict[str, Any] = {name: value for name, value in said(given).items() if value is not None}
    edits = fields.pop("edits", None)
    quote_lines.change(_line(row, line), fields, edits=edits, by=request.actor, at=now())
    return answer(shown(_fresh(row)))


@router.delete("/{quote}/lines/{line}", auth=WRITE, response=dict)
def remove(request: HttpRequest, quote: UUID, line: UUID, edits: int | None = Query(None, ge=0)) -> HttpResponse:
    """Take a line off; the last one stays."""
    row = _to_change(request, quote)
    quote_lines.remove(_line(row, line), edits=edits, by=request.actor, at=now())
    return answer(shown(_fresh(row)))


@router.post("/{quote}/versions", auth=WRITE, response={201: dict}, openapi_extra=ONCE_HELP)
@once
def revise(request: HttpRequest, quote: UUID) -> HttpResponse:
    """A further version of it, a draft."""
    made = quotes.revise(_to_change(request, quote), by=request.actor, at=now())
    return answer(shown(_fresh(made)), 201, Location=f"/api/v1/quotes/{made.id}")


@router.put("/{quote}/voiding", auth=WRITE, response=dict)
def let_go(request: HttpRequest, quote: UUID, given: Why) -> HttpResponse:
    """It is off the table."""
    return answer(shown(_fresh(quotes.let_go(_to_change(request, quote), reason=given.reason, by=request.actor, at=now()))))


@router.put("/{quote}/approvals/{step}/handing", auth=Bearer("opportunities:read"), response=dict)
def hand(request: HttpRequest, quote: UUID, step: UUID, given: Handing) -> HttpResponse:
    """Hand a step to somebody who stands in, as the person whose token it is."""
    row = one(request, Quote, quote, *FETCH, to="read")
    mine = QuoteApproval.objects.filter(opportunity=row.opportunity_id, pk=step, quote=row).select_related("quote", "asked").first()
    if mine is None:
        raise Http404
    approval_moves.hand(mine, colleague(given.to), why=given.why, by=request.user.actor, at=now())
    return answer(shown(_fresh(row)))


@of_deals.get("/{opportunity}/concessions", auth=READ, response=several(CONCESSION))
def conceded(request: HttpRequest, opportunity: UUID) -> HttpResponse:
    """What was given and received, the newest first (at most 200), with what was taken back."""
    deal = one(request, Opportunity, opportunity)
    return answer({"data": CONCESSION.rows(visible(Concession, request.scope).filter(opportunity=deal).order_by("-at", "-id"))})


@of_concessions.delete("/{concession}", auth=WRITE, response={204: None})
def take_back(request: HttpRequest, concession: UUID, reason: str = Query("", max_length=500)) -> HttpResponse:
    """It was not so."""
    row = one(request, Concession, concession, "opportunity", to="read")
    need_to_write(request.user, row.opportunity)
    concessions.withdraw(row, reason=reason, by=request.actor, at=now())
    return HttpResponse(status=204)


def _to_change(request: HttpRequest, key: UUID) -> Quote:
    quote = one(request, Quote, key, *FETCH, to="read")
    need_to_write(request.user, quote.opportunity)
    return quote


def _line(quote: Quote, key: UUID) -> QuoteLine:
    row = QuoteLine.objects.filter(opportunity=quote.opportunity_id, pk=key, quote=quote).select_related("quote").first()
    if row is None:
        raise Http404
    return row


def _fresh(quote: Quote) -> Quote:
    return Quote.objects.filter(opportunity=quote.opportunity_id).select_related(*FETCH).get(pk=quote.pk)
