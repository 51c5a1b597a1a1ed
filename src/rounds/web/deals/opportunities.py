"""Opportunities: the list, the deal room, and the panel beside the list."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from rounds.access.allowed import may, may_change, reads
from rounds.access.scope import visible
from rounds.access.sight import EVERYTHING, sight
from rounds.actions.desk import views as desk
from rounds.analytics.deals.board import sum_of
from rounds.kit.clock import now
from rounds.kit.ids import new_id
from rounds.kit.once import reading_once
from rounds.models import Contact, Opportunity, StageSignal
from rounds.models.deals.stages import WAITING
from rounds.models.deals.standing import outcomes
from rounds.models.flow.active import active
from rounds.models.listing import Query
from rounds.rules.pipeline.probability import chance
from rounds.web import lists
from rounds.web.deals import editing, origin_panel, panels, standing_shown
from rounds.web.deals.board import chances_now, rows_of
from rounds.web.deals.frame import deal_or_404, frame
from rounds.web.deals.table import TABLE
from rounds.web.doors import noted, page
from rounds.web.market.account_shown import log_kinds


@require_GET
@page
def index(request: HttpRequest) -> HttpResponse:
    """The deals one may see."""
    asked = lists.ask(request, TABLE)
    if isinstance(asked, HttpResponse):
        return asked
    said = lists.context(request, TABLE, asked, at=now(), toast=request.session.pop("toast", None), **sureness(request, asked))
    said["mine_to_change"] = {row.pk for row in said["rows"] if may_change(request.user, row)}
    return render(request, "deals/list.html", said)


def sureness(request: HttpRequest, query: Query) -> dict[str, Any]:
    """How far the weighted sum of a list may be off, and what its chances rest on: the targets, until enough deals were
    closed (PLUS-29). Three queries."""
    book = active().playbook
    with sight(EVERYTHING):
        found, closed = outcomes(book)
    chances = {code: chance(book, code, found, closed) for code in book.stages.by_code}
    return {"closed": closed, "closed_from": book.stages.probability.after, "spread": sum_of(rows_of(request, query), book, chances)}


@require_GET
@page
def show(request: HttpRequest, key: UUID) -> HttpResponse:
    """The deal room: where the deal stands, and a panel of each of its parts. The read is on the record."""
    deal = deal_or_404(request, key)
    noted(request, "opportunity.read", "opportunity", deal.id)
    desk.visited(request.user, label=deal.name, url=f"/opportunities/{deal.id}/", icon="handshake")
    with reading_once():
        said = {**frame(request, deal), **room(request, deal), "main": panels.shown(request, deal, "main"), "beside": panels.shown(request, deal, "aside"),
                "toast": request.session.pop("toast", None)}  # fmt: skip
    return render(request, "deals/opportunity.html", said)


@require_GET
@page
def preview(request: HttpRequest, key: UUID) -> HttpResponse:
    """The side panel beside the list."""
    deal = deal_or_404(request, key)
    noted(request, "opportunity.read", "opportunity", deal.id, part="preview")
    said = {**frame(request, deal), **origin_panel.said_of(request, deal, chances_now()[deal.stage]), **origin_panel.origin(request, deal)}
    return render(request, "deals/preview.html", {**said, "brief": True, **standing_shown.head(deal, now())})


def room(request: HttpRequest, deal: Opportunity) -> dict[str, Any]:
    """What the head of the room and its dialogs need. Four queries."""
    book, at = active().playbook.stages, now()
    writable = may_change(request.user, deal)
    waiting = list(StageSignal.objects.filter(WAITING, opportunity_id=deal.id).order_by("-at")[:3])
    for one in waiting:
        one.title = f"{book.by_code[one.stage].title} may be next." if one.stage in book.by_code else "Something arrived."
    return {
        **standing_shown.head(deal, at), **editing.form_of(deal), "waiting": waiting, "once": new_id(), "lost_stage": book.ending("lost"),
        "first_stage": next((code for code in book.open if code != deal.stage), book.open[0]), "back_stage": deal.closed_from or book.open[0],
        "may_reopen": may(request.user, book.moves.reopen.may), "owners": editing.owners_for(request.user) if writable else [],
        "log_kinds": log_kinds(active().playbook)[:7], "log_people": people_of(request, deal) if writable and reads(request.user, "contact") else [],
        "amount_plain": "" if deal.amount_cents is None else f"{deal.amount_cents / 100:,.2f}".removesuffix(".00"),
    }  # fmt: skip


def people_of(request: HttpRequest, deal: Opportunity) -> list[tuple[str, str]]:
    """Whom one may have talked with: the customer's contacts. One query."""
    rows = visible(Contact, request.scope).filter(buying_unit_id=deal.buying_unit_id or deal.account_id, left_on=None)
    return [(str(key), name) for key, name in rows.order_by("name").values_list("id", "name")[:80]]
