"""The journey of one lead: each hop of the house with its time."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from rounds.analytics.leads.journey import Hop, journey
from rounds.web.doors import noted, page
from rounds.web.leads.lead_shown import lead_or_404
from rounds.web.templatetags.words import length


@require_GET
@page
def show(request: HttpRequest, key: UUID) -> HttpResponse:
    """From where it came to what was learnt of it. The read is on the record."""
    lead = lead_or_404(request, key)
    noted(request, "lead.read", "lead", lead.id, part="journey")
    hops = journey(lead, request.scope)
    said = {"lead": lead, "url": f"/leads/{lead.id}/", "place": "leads", "finding": says(lead, hops),
            "hops": [{"hop": hop, "after": after(hop)} for hop in hops]}  # fmt: skip
    return render(request, "leads/journey.html", said)


def after(hop: Hop) -> str:
    """How long after the hop before it."""
    if hop.ms is not None:
        return f"{hop.ms:.1f} ms"
    if hop.at is None or hop.since is None or hop.at <= hop.since:
        return ""
    return f"{length(hop.at - hop.since)} later"


def says(lead, hops: list[Hop]) -> str:
    """The finding: how far it came, and in what time."""
    order = [hop for hop in hops if hop.at is not None and hop.code in ("generation", "scoring", "routing", "crm", "selling")]
    last = order[-1]
    first, end = order[0].at, max(hop.at for hop in order)
    if len(order) == 1:
        return f"{lead.name} just came in"
    if lead.status == "Converted":
        return f"{lead.name} became a deal in {length(end - first)}" if end > first else f"{lead.name} became a deal"
    return f"{lead.name} reached {last.title.lower() if last.title != 'CRM' else 'the CRM'} {length(end - first)} after it came in" if end > first else f"{lead.name} was scored and routed as it came in"
