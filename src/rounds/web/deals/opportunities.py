"""Opportunities: the list, and a deal with where it came from."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from rounds.access.allowed import reads
from rounds.access.scope import visible
from rounds.actions.desk import views as desk
from rounds.kit.clock import now
from rounds.models import Contact, Lead, Opportunity
from rounds.models.flow.active import active
from rounds.web import lists
from rounds.web.deals.table import TABLE
from rounds.web.doors import noted, one, page
from rounds.web.leads.sheet_shown import WORDS


@require_GET
@page
def index(request: HttpRequest) -> HttpResponse:
    """The deals one may see."""
    asked = lists.ask(request, TABLE)
    if isinstance(asked, HttpResponse):
        return asked
    return render(request, "deals/list.html", lists.context(request, TABLE, asked))


@require_GET
@page
def show(request: HttpRequest, key: UUID) -> HttpResponse:
    """One deal: what it is, and the lead it came from with what score and sheet said then. The read is on the record."""
    deal = _deal(request, key)
    noted(request, "opportunity.read", "opportunity", deal.id)
    desk.visited(request.user, label=deal.name, url=f"/opportunities/{deal.id}/", icon="handshake")
    return render(request, "deals/opportunity.html", {**_shown(request, deal), "toast": request.session.pop("toast", None)})


@require_GET
@page
def preview(request: HttpRequest, key: UUID) -> HttpResponse:
    """The side panel beside the list."""
    deal = _deal(request, key)
    noted(request, "opportunity.read", "opportunity", deal.id, part="preview")
    return render(request, "deals/preview.html", _shown(request, deal))


def _deal(request: HttpRequest, key: UUID) -> Opportunity:
    return one(request, Opportunity, key, "owner", "account")


def _shown(request: HttpRequest, deal: Opportunity) -> dict:
    """The deal with the lead and the contact the viewer may see as well."""
    lead = visible(Lead, request.scope).filter(pk=deal.lead_id).first() if reads(request.user, "lead") else None
    contact = visible(Contact, request.scope).filter(pk=deal.contact_id).first() if reads(request.user, "contact") else None
    said, book = deal.score_snapshot, active().playbook
    stood = said.get("dimensions", {})
    states = [{"title": entry.title, "state": stood[entry.dimension]} for entry in book.qualification.dimensions if entry.dimension in stood]
    return {"deal": deal, "lead": lead, "contact": contact, "said": said, "states": states, "place": "opportunities", "at": now(),
            "bant": WORDS.get(said.get("bant", ""), "Unknown"), "url": f"/opportunities/{deal.id}/"}  # fmt: skip
