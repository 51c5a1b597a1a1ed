"""Quotes and what is done with them: drafted, changed, approved, accepted; the concession log."""

from datetime import date
from typing import Any, Literal
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from ninja import Router
from pydantic import Field

from rounds.access.allowed import need_to_write
from rounds.actions.deals import approvals, concessions, quote_lines, quotes
from rounds.actions.deals.quote_sums import lines_of, look
from rounds.api.auth import Bearer
from rounds.api.doors import ONCE_HELP, Input, once, one, said
from rounds.api.shapes import answer
from rounds.kit.clock import now
from rounds.models import Opportunity, Quote, QuoteApproval

router = Router(tags=["quotes"])
of_deals = Router(tags=["quotes"])
READ, WRITE = Bearer("opportunities:read"), Bearer("opportunities:write")
FETCH = ("opportunity__account__buying_unit", "opportunity__owner")
Cents = Field(None, ge=0, le=10**14)


class LineGiven(Input):
    """One line. Without `unit_cents` the guided price is taken; a discount is in basis points of its list price."""

    product: str = Field(min_length=1, max_length=60)
    title: str | None = Field(None, max_length=200)
    units: int | None = Field(None, ge=1, le=1_000_000)
    unit_cents: int | None = Cents
    discount_bp: int | None = Field(None, ge=0, le=10_000)
    start_month: int | None = Field(None, ge=0, le=239)


class Terms(Input):
    """What a quote says beside its lines. `total_bp` is taken off the subtotal after the lines' own discounts."""

    name: str | None = Field(None, min_length=1, max_length=200)
    model: str | None = Field(None, max_length=40)
    payment: str | None = Field(None, max_length=40)
    term_months: int | None = Field(None, ge=1, le=240)
    expires_on: date | None = None
    total_bp: int | None = Field(None, ge=0, le=10_000)
    free_months: int | None = Field(None, ge=0, le=120)
    credit_cents: int | None = Cents
    services_cents: int | None = Cents
    poc_weeks: int | None = Field(None, ge=0, le=104)
    volume_commitment: bool | None = None
    strategic: bool | None = None
    scores: dict[str, int] | None = None


class QuoteGiven(Terms):
    """A new quote with its lines."""

    lines: list[LineGiven] = Field(min_length=1, max_length=60)


class QuoteChanges(Terms):
    """What is to be otherwise. `edits`: the number of changes one saw; another number is a conflict."""

    edits: int | None = Field(None, ge=0)


class Why(Input):
    reason: str = Field("", max_length=1000)


class Decision(Input):
    """Yes or no to a step; a no says why."""

    decision: Literal["approved", "refused"]
    words: str = Field("", max_length=1000)


class ConcessionGiven(Input):
    """What was given or received, by a kind of the playbook."""

    side: Literal["given", "received"]
    kind: str = Field(min_length=1, max_length=60)
    words: str = Field("", max_length=1000)
    worth_cents: int | None = Cents


def shown(quote: Quote) -> dict[str, Any]:
    """A quote with its lines, its sums, how it stands to the guidelines, and its approval. What it costs us is not in it."""
    lines = lines_of(quote)
    sums, check = look(quote, lines)
    steps = quote.approvals.filter(voided_at=None).select_related("asked", "decided_by").order_by("round", "position")
    names = ("name", "version", "state", "model", "payment", "term_months", "currency", "expires_on", "total_bp", "free_months", "credit_cents", "services_cents",
             "poc_weeks", "volume_commitment", "strategic", "scores", "edits", "playbook_hash", "approved_until", "updated_at")  # fmt: skip
    return {
        "id": quote.id, "opportunity": quote.opportunity_id, **{name: getattr(quote, name) for name in names},
        "lines": [{"id": row.id, "product": row.product, "title": row.title, "unit": row.unit, "kind": row.kind, "units": row.units, "unit_cents": row.unit_cents,
                   "discount_bp": row.discount_bp, "start_month": row.start_month, "subtotal_cents": of.subtotal_cents, "paid_cents": of.paid_cents,
                   "under_floor": of.under_floor} for row, of in zip(lines, sums.lines, strict=True)],
        "sums": {"list_cents": sums.list_cents, "paid_cents": sums.paid_cents, "annual_cents": sums.annual_cents, "once_cents": sums.once_cents,
                 "given_cents": sums.given_cents, "stated_bp": sums.stated_bp, "effective_bp": sums.effective_bp},
        "guidelines": {"result": check.verdict, "ceiling_bp": check.ceiling, "exceeds_by_bp": check.exceeds_by, "bands": [band.band for band in check.used],
                       "approvals": list(check.asks), "under_floor": check.under_floor},
        "approved": approvals.approved(quote, at=now()),
        "steps": [{"id": step.id, "level": step.level, "asked": step.asked.name if step.asked else None, "due_at": step.due_at, "decision": step.decision or None,
                   "decided_by": step.decided_by.name if step.decided_by else None, "decided_at": step.decided_at, "words": step.words} for step in steps],
    }  # fmt: skip


def _quote(request: HttpRequest, key: UUID) -> Quote:
    quote = one(request, Quote, key, *FETCH, to="read")
    if request.method != "GET":
        need_to_write(request.user, quote.opportunity)
    return quote


@of_deals.get("/{opportunity}/quotes", auth=READ, response=dict)
def index(request: HttpRequest, opportunity: UUID) -> HttpResponse:
    """The quotes of a deal, the newest version first."""
    deal = one(request, Opportunity, opportunity)
    rows = Quote.objects.filter(opportunity=deal).select_related(*FETCH).order_by("-version")[:60]
    return answer({"data": [shown(row) for row in rows]})


@of_deals.post("/{opportunity}/quotes", auth=WRITE, response={201: dict}, openapi_extra=ONCE_HELP)
@once
def create(request: HttpRequest, opportunity: UUID, given: QuoteGiven) -> HttpResponse:
    """A new quote: the next version."""
    deal = one(request, Opportunity, opportunity)
    terms = said(given)
    lines = [said(line) for line in given.lines]
    terms.pop("lines", None)
    quote = quotes.draft(deal, lines, name=terms.pop("name", None) or "", by=request.actor, at=now(), **{k: v for k, v in terms.items() if v is not None})
    return answer(shown(_fresh(quote)), 201, Location=f"/api/v1/quotes/{quote.id}")


@of_deals.post("/{opportunity}/concessions", auth=WRITE, response={201: dict}, openapi_extra=ONCE_HELP)
@once
def concede(request: HttpRequest, opportunity: UUID, given: ConcessionGiven) -> HttpResponse:
    """Write down what was given or received."""
    deal = one(request, Opportunity, opportunity)
    row = concessions.log(deal, given.side, given.kind, words=given.words, worth_cents=given.worth_cents, by=request.actor, at=now())
    return answer({"id": row.id, "side": row.side, "kind": row.kind, "words": row.words, "worth_cents": row.worth_cents}, 201)


@router.get("/{quote}", auth=READ, response=dict)
def show(request: HttpRequest, quote: UUID) -> HttpResponse:
    """One quote whole."""
    return answer(shown(_quote(request, quote)))


@router.patch("/{quote}", auth=WRITE, response=dict)
def change(request: HttpRequest, quote: UUID, given: QuoteChanges) -> HttpResponse:
    """Change its terms; what was approved is void where the offer is another one."""
    terms = {name: value for name, value in said(given).items() if value is not None}
    edits = terms.pop("edits", None)
    return answer(shown(_fresh(quotes.change(_quote(request, quote), terms, edits=edits, by=request.actor, at=now()))))


@router.post("/{quote}/lines", auth=WRITE, response={201: dict}, openapi_extra=ONCE_HELP)
@once
def add_line(request: HttpRequest, quote: UUID, given: LineGiven) -> HttpResponse:
    """One more line."""
    return answer(shown(_fresh(quote_lines.add(_quote(request, quote), said(given), by=request.actor, at=now()))), 201)


@router.post("/{quote}/approval", auth=WRITE, response=dict, openapi_extra=ONCE_HELP)
@once
def ask(request: HttpRequest, quote: UUID, given: Why) -> HttpResponse:
    """Have it approved: at once where the matrix asks nobody."""
    return answer(shown(_fresh(approvals.ask(_quote(request, quote), reason=given.reason, by=request.actor, at=now()))))


@router.post("/{quote}/approvals/{step}", auth=READ, response=dict)
def decide(request: HttpRequest, quote: UUID, step: UUID, given: Decision) -> HttpResponse:
    """Say yes or no to a step, as the person whose token it is."""
    row = one(request, Quote, quote, *FETCH, to="read")
    mine = QuoteApproval.objects.filter(opportunity=row.opportunity_id, pk=step, quote=row).select_related("quote").first()
    if mine is None:
        raise Http404
    approvals.decide(mine, given.decision, words=given.words, by=request.user.actor, at=now())
    return answer(shown(_fresh(row)))


@router.post("/{quote}/acceptance", auth=WRITE, response=dict)
def accept(request: HttpRequest, quote: UUID, given: Why) -> HttpResponse:
    """The customer takes it; the deal carries its amount."""
    return answer(shown(_fresh(quotes.accept(_quote(request, quote), reason=given.reason, by=request.actor, at=now()))))


def _fresh(quote: Quote) -> Quote:
    return Quote.objects.filter(opportunity=quote.opportunity_id).select_related(*FETCH).get(pk=quote.pk)
