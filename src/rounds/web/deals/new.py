"""A new deal that came without a lead: an expansion, a partner's, an inbound one (PIPE-28)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from rounds.access.allowed import need_to_write
from rounds.access.scope import visible
from rounds.actions.deals import opportunities
from rounds.actions.flow.deeds import deed
from rounds.kit.clock import now
from rounds.kit.refusal import Refusal
from rounds.models import Account, Opportunity
from rounds.models.flow.active import active
from rounds.models.search import ids_of_words
from rounds.web.deals.editing import cents_of
from rounds.web.deals.forms import FieldRefused, day_of, number_of, picked
from rounds.web.doors import page

MOST = 8


@require_http_methods(["GET", "POST"])
@page
def new(request: HttpRequest) -> HttpResponse:
    """The form, as a page or in the board's dialog; what is wrong is said above it, and what was typed stays."""
    need_to_write(request.user, "opportunity")
    said: dict[str, Any] = {"place": "opportunities", "said": request.POST, "deal_kinds": list(active().playbook.closing.kind_titles.items()),
                            "chosen": _chosen(request), "whole": _whole(request)}  # fmt: skip
    if request.method == "GET":
        return render(request, "deals/new_form.html" if request.htmx else "deals/new.html", said)
    try:
        account = picked(request, Account, "account")
        if account is None:
            raise FieldRefused("Choose whom the deal is with.", field="account")
        given = {name: value for name, value in (("close_on", day_of(request, "close_on")), ("next_step", request.POST.get("next_step", "").strip())) if value}
        amount, months, by, at = cents_of(request), number_of(request, "term_months"), request.user.actor, now()
        with deed(by):
            deal = opportunities.open_deal(account, request.POST.get("name", ""), owner=request.user, kind=request.POST.get("kind") or "new",
                                           parent=said["whole"], by=by, at=at, **given)  # fmt: skip
            if amount is not None or months is not None:
                deal = opportunities.price(deal, amount, term_months=months, by=by, at=at)
    except Refusal as refused:
        return render(request, "deals/new_form.html" if request.htmx else "deals/new.html", {**said, "refused": refused}, status=422)
    request.session["toast"] = {"text": "Deal opened", "undo": ""}
    url = f"/opportunities/{deal.id}/"
    return HttpResponse(status=204, headers={"HX-Redirect": url}) if request.htmx else redirect(url)


def _chosen(request: HttpRequest) -> Account | None:
    """The account the form or the address names, where one sees it."""
    said = request.POST.get("account") or request.GET.get("account", "")
    try:
        return visible(Account, request.scope).filter(pk=UUID(said)).first() if said else None
    except ValueError:
        return None


def _whole(request: HttpRequest) -> Opportunity | None:
    """The deal the new one is to be a part of, where the form or the address names one that one may change."""
    said = request.POST.get("parent") or request.GET.get("parent", "")
    try:
        whole = visible(Opportunity, request.scope).filter(pk=UUID(said)).first() if said else None
    except ValueError:
        return None
    if whole is not None:
        need_to_write(request.user, whole)
    return whole


@require_GET
@page
def accounts(request: HttpRequest) -> HttpResponse:
    """The accounts whose name begins with what is typed, to choose among."""
    words = request.GET.get("words", "").strip()
    rows = visible(Account, request.scope).filter(status="open", pk__in=ids_of_words(words, "account", most=40)).order_by("name") if words else visible(Account, request.scope).none()
    return render(request, "deals/new_accounts.html", {"found": list(rows[:MOST]), "words": words})
