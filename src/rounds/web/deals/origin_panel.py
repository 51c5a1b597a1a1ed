"""What the deal is, and the lead it came from with what score and sheet said then."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from rounds.access.allowed import reads
from rounds.access.scope import visible
from rounds.models import Contact, Lead, Opportunity
from rounds.models.flow.active import active
from rounds.web.deals.panels import Made, panel
from rounds.web.leads.sheet_shown import WORDS


@panel("facts", place="aside", order=80)
def facts(request: HttpRequest, deal: Opportunity) -> Made:
    """Amount, contact, territory. One query."""
    contact = visible(Contact, request.scope).filter(pk=deal.contact_id).first() if reads(request.user, "contact") else None
    return "deals/panels/facts.html", {"contact": contact}


@panel("came_from", place="aside", order=90)
def came_from(request: HttpRequest, deal: Opportunity) -> Made:
    """The lead the viewer may see as well, and what was known of it. One query."""
    return "deals/panels/came_from.html", origin(request, deal)


def origin(request: HttpRequest, deal: Opportunity) -> dict[str, Any]:
    """What the deal came from, as panel and preview show it."""
    lead = visible(Lead, request.scope).filter(pk=deal.lead_id).first() if reads(request.user, "lead") else None
    said, book = deal.score_snapshot, active().playbook
    stood = said.get("dimensions", {})
    states = [{"title": entry.title, "state": stood[entry.dimension]} for entry in book.qualification.dimensions if entry.dimension in stood]
    return {"lead": lead, "said": said, "states": states, "bant": WORDS.get(said.get("bant", ""), "Unknown")}
