"""What is done with a quote: approval asked and decided, a further version, accepted, let go; the concession log."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from rounds.access.allowed import need_to_write
from rounds.actions.deals import approval_moves, approvals, concessions, proposals, quotes
from rounds.kit.clock import now
from rounds.models import Concession, Opportunity, QuoteApproval, User
from rounds.web.deals import price_said as said
from rounds.web.deals.quotes import quote_or_404, to_change
from rounds.web.doors import one, page


def back(request: HttpRequest, url: str, says: str = "") -> HttpResponse:
    """On to `url`, where a toast says what was done."""
    if says:
        request.session["toast"] = {"text": says}
    return HttpResponse(status=204, headers={"HX-Redirect": url}) if request.htmx else redirect(url)


@require_POST
@page
def ask(request: HttpRequest, key: UUID) -> HttpResponse:
    """Have it approved."""
    quote = approvals.ask(to_change(request, key), reason=request.POST.get("reason", ""), by=request.user.actor, at=now())
    return back(request, f"/quotes/{quote.id}/", "Approved: nobody else is asked" if quote.state == "approved" else "Asked; they are told")


@require_POST
@page
def decide(request: HttpRequest, key: UUID, step: UUID) -> HttpResponse:
    """Yes or no to a step."""
    row = _step(request, key, step)
    approvals.decide(row, request.POST.get("decision", ""), words=request.POST.get("words", ""), by=request.user.actor, at=now())
    return back(request, f"/quotes/{key}/", "Your word is kept")


@require_POST
@page
def hand(request: HttpRequest, key: UUID, step: UUID) -> HttpResponse:
    """Hand a step to somebody who stands in."""
    row = _step(request, key, step)
    to = User.objects.filter(pk=_uuid(request.POST.get("to", "")), is_active=True).first()
    if to is None:
        raise said.Unreadable("Choose who decides it instead.", field="to")
    approval_moves.hand(row, to, why=request.POST.get("why", ""), by=request.user.actor, at=now())
    return back(request, f"/quotes/{key}/", f"It lies with {to.name} now")


def _step(request: HttpRequest, key: UUID, step: UUID) -> QuoteApproval:
    quote = quote_or_404(request, key)
    row = QuoteApproval.objects.filter(opportunity=quote.opportunity_id, pk=step, quote=quote).select_related("quote", "asked").first()
    if row is None:
        raise Http404
    return row


@require_POST
@page
def revise(request: HttpRequest, key: UUID) -> HttpResponse:
    """A further version of it."""
    made = quotes.revise(to_change(request, key), by=request.user.actor, at=now())
    return back(request, f"/quotes/{made.id}/", f"Version {made.version} is yours to change")


@require_POST
@page
def let_go(request: HttpRequest, key: UUID) -> HttpResponse:
    """It is off the table."""
    quote = quotes.let_go(to_change(request, key), reason=request.POST.get("reason", ""), by=request.user.actor, at=now())
    return back(request, f"/opportunities/{quote.opportunity_id}/", "The quote is off the table")


@require_POST
@page
def accept(request: HttpRequest, key: UUID) -> HttpResponse:
    """The customer takes it."""
    quote = quotes.accept(to_change(request, key), by=request.user.actor, at=now())
    return back(request, f"/quotes/{quote.id}/", "Accepted; the deal carries its amount")


@require_POST
@page
def propose(request: HttpRequest, key: UUID) -> HttpResponse:
    """Write a proposal on it."""
    row = proposals.draft(to_change(request, key), by=request.user.actor, at=now())
    return back(request, f"/proposals/{row.id}/", "Written from what the deal holds")


@require_POST
@page
def concede(request: HttpRequest, key: UUID) -> HttpResponse:
    """Write down what was given or received in a negotiation."""
    deal = one(request, Opportunity, key)
    side, _, kind = request.POST.get("kind", "").partition(":")
    worth = said.cents(request.POST, "worth") if request.POST.get("worth", "").strip() else None
    concessions.log(deal, side, kind, words=request.POST.get("words", ""), worth_cents=worth, by=request.user.actor, at=now())
    return back(request, _from(request, f"/opportunities/{deal.id}/"), "Written down")


@require_POST
@page
def take_back(request: HttpRequest, key: UUID) -> HttpResponse:
    """It was not so."""
    row = one(request, Concession, key, "opportunity", to="read")
    need_to_write(request.user, row.opportunity)
    concessions.withdraw(row, by=request.user.actor, at=now())
    return back(request, _from(request, f"/opportunities/{row.opportunity_id}/"), "Taken out of the log")


def _from(request: HttpRequest, otherwise: str) -> str:
    """The quote the form was sent from, or the deal."""
    quote = _uuid(request.POST.get("quote", ""))
    return f"/quotes/{quote}/" if quote else otherwise


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
