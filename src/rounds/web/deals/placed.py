"""Sites and parts of a deal: named and taken away on its page (PIPE-29)."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from rounds.access.allowed import need_to_write
from rounds.actions.deals import placing
from rounds.kit.clock import now
from rounds.models import Account, Opportunity
from rounds.web.deals.forms import FieldRefused, back, picked
from rounds.web.deals.frame import deal_or_404
from rounds.web.doors import one, page


@require_POST
@page
def add_site(request: HttpRequest, key: UUID) -> HttpResponse:
    """The deal is about one more account of its organisation."""
    deal, account = deal_or_404(request, key), picked(request, Account, "account")
    if account is None:
        raise FieldRefused("Choose the hospital, department or service line.", field="account")
    deal = placing.add_site(deal, account, by=request.user.actor, at=now())
    return back(request, deal, "#sites", f"{account.name} is one of its sites")


@require_POST
@page
def take_site(request: HttpRequest, key: UUID, site: UUID) -> HttpResponse:
    """The deal is no longer about an account."""
    deal = deal_or_404(request, key)
    there = deal.sites.select_related("account").filter(account_id=site).first()
    if there is None:
        raise Http404
    deal = placing.take_site(deal, there.account, by=request.user.actor, at=now())
    return back(request, deal, "#sites", f"{there.account.name} is no site of it any more")


@require_POST
@page
def add_part(request: HttpRequest, key: UUID) -> HttpResponse:
    """Another deal becomes a part of this one."""
    deal, part = deal_or_404(request, key), picked(request, Opportunity, "deal")
    if part is None:
        raise FieldRefused("Choose the deal that is a part of this one.", field="deal")
    need_to_write(request.user, part)
    placing.put_below(part, deal, by=request.user.actor, at=now())
    return back(request, deal, "#sites", f"{part.name} is a part of it")


@require_POST
@page
def take_part(request: HttpRequest, key: UUID, part: UUID) -> HttpResponse:
    """A part stands on its own again."""
    deal, row = deal_or_404(request, key), one(request, Opportunity, part)
    if row.parent_id != deal.pk:
        raise Http404
    placing.put_below(row, None, by=request.user.actor, at=now())
    return back(request, deal, "#sites", f"{row.name} stands on its own")


@require_POST
@page
def join(request: HttpRequest, key: UUID) -> HttpResponse:
    """This deal becomes a part of another; with none chosen it stands on its own again."""
    deal, whole = deal_or_404(request, key), picked(request, Opportunity, "whole")
    if whole is not None:
        need_to_write(request.user, whole)
    deal = placing.put_below(deal, whole, by=request.user.actor, at=now())
    return back(request, deal, "#sites", f"It is a part of {whole.name}" if whole else "It stands on its own")
