"""Proofs of concept: all of them, one as a page, its ROI sheet to print, and what is done with it."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from rounds.access.scope import visible
from rounds.actions.deals import pocs
from rounds.actions.desk import views as desk
from rounds.analytics.deals import proofs
from rounds.kit.clock import now
from rounds.models import Opportunity, Poc
from rounds.web import lists
from rounds.web.deals import poc_list, poc_parts, poc_shown
from rounds.web.deals.poc_table import TABLE
from rounds.web.deals.proof_doors import below, done, part_of
from rounds.web.deals.proof_forms import text
from rounds.web.doors import noted, one, page


@require_GET
@page
def index(request: HttpRequest) -> HttpResponse:
    """Those one sees, what is wrong with each, and how many succeeded."""
    asked, at = lists.ask(request, TABLE), now()
    if isinstance(asked, HttpResponse):
        return asked
    said = lists.context(request, TABLE, asked, at=at, toast=request.session.pop("toast", None), place="pocs", rates=proofs.poc_rates(visible(Poc, request.scope)))
    return render(request, "deals/pocs/list.html", {**said, "lines": poc_list.lines_of(request, said["rows"], at=at)})


@require_POST
@page
def opening(request: HttpRequest, key: UUID) -> HttpResponse:
    """A draft for a deal; the one that is open is shown."""
    deal = one(request, Opportunity, key, "account", "owner")
    poc = pocs.open_poc(deal, name=text(request, "name"), by=request.user.actor, at=now())
    return done(request, f"/pocs/{poc.id}/", "")


@require_GET
@page
def show(request: HttpRequest, key: UUID) -> HttpResponse:
    """One proof of concept whole. The read is on the record."""
    poc = below(request, Poc, key, "lead", "executive", "data_owner", "site")
    noted(request, "poc.read", "poc", poc.id)
    desk.visited(request.user, label=poc.name, url=f"/pocs/{poc.id}/", icon="flask-conical")
    said = poc_shown.whole(request, poc, at=now())
    return render(request, "deals/pocs/poc.html", {**said, "toast": request.session.pop("toast", None)})


@require_GET
@page
def preview(request: HttpRequest, key: UUID) -> HttpResponse:
    """The side panel beside the list."""
    poc = below(request, Poc, key, "lead")
    noted(request, "poc.read", "poc", poc.id, part="preview")
    return render(request, "deals/pocs/preview.html", poc_shown.brief(request, poc, at=now()))


@require_GET
@page
def roi(request: HttpRequest, key: UUID) -> HttpResponse:
    """What it is worth, on a page one prints."""
    poc = below(request, Poc, key, "lead")
    noted(request, "poc.read", "poc", poc.id, part="roi")
    said = poc_shown.worth_of(request, poc)
    return render(request, "deals/pocs/roi.html", {**said, "toast": request.session.pop("toast", None)})


@require_POST
@page
def part(request: HttpRequest, key: UUID, name: str, row: UUID | None = None) -> HttpResponse:
    """What is added to it, signed, decided: `name` says what, `row` of what that is there already."""
    poc = below(request, Poc, key) if name not in poc_parts.OTHERS else poc_parts.OTHERS[name](request, key)
    says = part_of(poc_parts.PARTS, name)(request, poc, row)
    away = f"/pocs/{poc.id}/roi/" if name == "worth" or text(request, "what") == "roi" else f"/pocs/{poc.id}/"
    return done(request, away, says)
