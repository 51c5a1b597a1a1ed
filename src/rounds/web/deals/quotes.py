"""Quotes: the list, the page with its grid, every change of it as it is typed."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from rounds.access.allowed import need_to_write
from rounds.access.scope import visible
from rounds.actions.deals import quote_lines
from rounds.actions.deals import quotes as actions
from rounds.kit.clock import now
from rounds.kit.refusal import Refusal
from rounds.models import Opportunity, Quote, QuoteApproval, QuoteLine
from rounds.models.deals.quotes import WAITING
from rounds.models.flow.active import active
from rounds.web import lists
from rounds.web.deals import price_said as said
from rounds.web.deals import quote_shown as shown
from rounds.web.deals.quote_table import TABLE
from rounds.web.doors import SAFE, noted, one, page

FETCH = ("opportunity__account__buying_unit", "opportunity__owner")
HEAD = ("name", "model", "payment", "term_months", "expires_on", "total_bp", "free_months", "credit_cents", "services_cents", "poc_weeks")
LINE = ("units", "unit_cents", "discount_bp", "start_month", "title")


def quote_or_404(request: HttpRequest, key: UUID) -> Quote:
    """The quote, where the viewer sees its deal."""
    return one(request, Quote, key, *FETCH, to="read")


def to_change(request: HttpRequest, key: UUID) -> Quote:
    """The quote, where the viewer may change its deal too. Raises NotAllowed (403)."""
    quote = quote_or_404(request, key)
    need_to_write(request.user, quote.opportunity)
    return quote


@require_GET
@page
def index(request: HttpRequest) -> HttpResponse:
    """The quotes one sees, whose turn it is with each, and how many discounts wait for a word."""
    asked = lists.ask(request, TABLE)
    if isinstance(asked, HttpResponse):
        return asked
    listed = lists.context(request, TABLE, asked, at=now(), toast=request.session.pop("toast", None), place="quotes")
    steps = visible(QuoteApproval, request.scope).filter(WAITING, quote__in=listed["rows"]).select_related("asked").order_by("position")
    waiting = visible(QuoteApproval, request.scope).filter(WAITING).values_list("asked_id", flat=True)
    levels = active().playbook.discounts.approvals.levels
    return render(request, "deals/quotes/list.html", {
        **listed, "turns": {step.quote_id: (step, levels[step.level].title if step.level in levels else step.level) for step in steps},
        "mine": sum(key == request.user.pk for key in waiting), "others": sum(key != request.user.pk for key in waiting)})  # fmt: skip


@require_http_methods(["GET", "POST"])
@page
def show(request: HttpRequest, key: UUID) -> HttpResponse:
    """The quote. What is sent changes its head: terms, discount on the total, giveaways, scores."""
    if request.method in SAFE:
        quote = quote_or_404(request, key)
        noted(request, "quote.read", "quote", quote.id)
        return _whole(request, quote)
    quote = to_change(request, key)
    return _changed(request, quote, lambda: actions.change(quote, _head(request, quote), edits=_edits(request), by=request.user.actor, at=now()))


@require_GET
@page
def preview(request: HttpRequest, key: UUID) -> HttpResponse:
    """The side panel beside the list."""
    quote = quote_or_404(request, key)
    noted(request, "quote.read", "quote", quote.id, part="preview")
    return render(request, "deals/quotes/preview.html", shown.brief(request, quote))


def _head(request: HttpRequest, quote: Quote) -> dict[str, Any]:
    """What is sent of the head, read. A box that was shown and is not sent is not ticked."""
    given = said.read(request.POST, HEAD)
    for name in ("volume_commitment", "strategic"):
        if f"{name}_asked" in request.POST:
            given[name] = name in request.POST
    scores = {factor.factor: said.maybe_whole(request.POST, factor.factor) for factor in active().playbook.value.factors if factor.factor in request.POST}
    if scores:
        given["scores"] = {name: score for name, score in {**quote.scores, **scores}.items() if score is not None}
    return given


@require_POST
@page
def begin(request: HttpRequest, key: UUID) -> HttpResponse:
    """A new quote on a deal, with its first product at the guided price."""
    deal = one(request, Opportunity, key, "account")
    product = request.POST.get("product") or active().playbook.products.products[0].product
    quote = actions.draft(deal, [{"product": product}], by=request.user.actor, at=now())
    return _go(request, f"/quotes/{quote.id}/")


@require_POST
@page
def line(request: HttpRequest, key: UUID, line: UUID) -> HttpResponse:
    """A line is changed."""
    quote = to_change(request, key)
    row = _line(quote, line)
    return _changed(request, quote, lambda: quote_lines.change(row, said.read(request.POST, LINE), edits=_edits(request), by=request.user.actor, at=now()))


@require_POST
@page
def add_line(request: HttpRequest, key: UUID) -> HttpResponse:
    """One more line."""
    quote = to_change(request, key)
    product = request.POST.get("product", "")
    return _changed(request, quote, lambda: quote_lines.add(quote, {"product": product}, edits=_edits(request), by=request.user.actor, at=now()))


@require_POST
@page
def remove_line(request: HttpRequest, key: UUID, line: UUID) -> HttpResponse:
    """A line is taken off."""
    quote = to_change(request, key)
    row = _line(quote, line)
    return _changed(request, quote, lambda: quote_lines.remove(row, edits=_edits(request), by=request.user.actor, at=now()))


def _line(quote: Quote, key: UUID) -> QuoteLine:
    row = QuoteLine.objects.filter(opportunity=quote.opportunity_id, pk=key, quote=quote).first()
    if row is None:
        raise Http404
    return row


def _edits(request: HttpRequest) -> int | None:
    text = request.POST.get("edits", "")
    return int(text) if text.isdigit() and len(text) < 8 else None


def _changed(request: HttpRequest, quote: Quote, does) -> HttpResponse:
    """The page as it stands after a change; of what was refused why, above it, with everything as it was before."""
    try:
        does()
    except Refusal as refusal:
        if not request.htmx:
            raise
        fresh = quote_or_404(request, quote.id)
        response = _whole(request, fresh, refusal=refusal)
        response.status_code = refusal.status
        response["HX-Retarget"], response["HX-Reswap"] = "#quote", "outerHTML"
        return response
    return _whole(request, quote_or_404(request, quote.id)) if request.htmx else redirect(f"/quotes/{quote.id}/")


def _whole(request: HttpRequest, quote: Quote, refusal: Refusal | None = None) -> HttpResponse:
    context = {**shown.whole(request, quote, at=now()), "refusal": refusal, "oob": request.htmx, "toast": request.session.pop("toast", None)}
    return render(request, "deals/quotes/live.html" if request.htmx else "deals/quotes/quote.html", context)


def _go(request: HttpRequest, url: str) -> HttpResponse:
    return HttpResponse(status=204, headers={"HX-Redirect": url}) if request.htmx else redirect(url)
