"""Opportunities: the list, the deal room, and the panel beside the list."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from rounds.access.allowed import may_change
from rounds.access.sight import EVERYTHING, sight
from rounds.actions.desk import views as desk
from rounds.kit.clock import now
from rounds.models import Opportunity
from rounds.models.deals.standing import outcomes
from rounds.models.flow.active import active
from rounds.web import lists
from rounds.web.deals import origin_panel, panels
from rounds.web.deals.table import TABLE
from rounds.web.doors import noted, one, page


@require_GET
@page
def index(request: HttpRequest) -> HttpResponse:
    """The deals one may see."""
    asked = lists.ask(request, TABLE)
    if isinstance(asked, HttpResponse):
        return asked
    said = lists.context(request, TABLE, asked, at=now(), toast=request.session.pop("toast", None), **sureness())
    said["mine_to_change"] = {row.pk for row in said["rows"] if may_change(request.user, row)}
    return render(request, "deals/list.html", said)


def sureness() -> dict[str, Any]:
    """What the weighted sum of a list rests on: the targets, until enough deals were closed (PLUS-29)."""
    book = active().playbook
    with sight(EVERYTHING):
        _, closed = outcomes(book)
    return {"closed": closed, "closed_from": book.stages.probability.after, "target_derived": closed < book.stages.probability.after}


@require_GET
@page
def show(request: HttpRequest, key: UUID) -> HttpResponse:
    """The deal room: where the deal stands, and a panel of each of its parts. The read is on the record."""
    deal = deal_or_404(request, key)
    noted(request, "opportunity.read", "opportunity", deal.id)
    desk.visited(request.user, label=deal.name, url=f"/opportunities/{deal.id}/", icon="handshake")
    said = {**frame(request, deal), "main": panels.shown(request, deal, "main"), "beside": panels.shown(request, deal, "aside"),
            "toast": request.session.pop("toast", None)}  # fmt: skip
    return render(request, "deals/opportunity.html", said)


@require_GET
@page
def preview(request: HttpRequest, key: UUID) -> HttpResponse:
    """The side panel beside the list."""
    deal = deal_or_404(request, key)
    noted(request, "opportunity.read", "opportunity", deal.id, part="preview")
    said = {**frame(request, deal), **(origin_panel.facts(request, deal) or ("", {}))[1], **origin_panel.origin(request, deal)}
    return render(request, "deals/preview.html", said)


def deal_or_404(request: HttpRequest, key: UUID) -> Opportunity:
    """The deal, seen or 404; what is sent changes it, so whoever may not is refused."""
    return one(request, Opportunity, key, "owner", "account")


def frame(request: HttpRequest, deal: Opportunity) -> dict[str, Any]:
    """What every page of a deal and every panel on it sees."""
    return {"deal": deal, "url": f"/opportunities/{deal.id}/", "place": "opportunities", "at": now(),
            "writable": may_change(request.user, deal)}  # fmt: skip
