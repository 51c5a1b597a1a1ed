"""What the deal is, and the lead it came from with what score and sheet said then."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from rounds.access.allowed import reads
from rounds.access.scope import visible
from rounds.kit.clock import now
from rounds.models import Contact, Lead, Opportunity
from rounds.models.deals.standing import plan_of
from rounds.models.flow.active import active
from rounds.models.flow.days import house_day
from rounds.rules.pipeline.probability import Chance
from rounds.web.deals.panels import Made, panel
from rounds.web.deals.standing_shown import verdicts
from rounds.web.leads.sheet_shown import WORDS

BASIS = {"target": "target-derived", "actual": "our own deals", "closed": "closed"}


@panel("facts", place="aside", order=5)
def facts(request: HttpRequest, deal: Opportunity) -> Made:
    """Next step, amount, chance, window of the close, contact. Two queries beside those of the verdicts."""
    _, chances = verdicts(deal, request.user.role)
    return "deals/panels/facts.html", said_of(request, deal, chances[deal.stage])


def said_of(request: HttpRequest, deal: Opportunity, found: Chance) -> dict[str, Any]:
    """The facts as panel and preview show them. Two queries."""
    book, today = active().playbook, house_day(now())
    contact = visible(Contact, request.scope).filter(pk=deal.contact_id).first() if deal.contact_id and reads(request.user, "contact") else None
    return {
        "contact": contact, "chance": {"percent": found.percent, "basis": BASIS[found.basis], "says": found.says},
        "plan": plan_of(deal, book, today=today) if deal.is_open else None, "late_step": bool(deal.next_step_due and deal.next_step_due < today),
    }  # fmt: skip


@panel("came_from", place="aside", order=90)
def came_from(request: HttpRequest, deal: Opportunity) -> Made:
    """The lead the viewer may see as well, and what was known of it. One query."""
    return "deals/panels/came_from.html", origin(request, deal)


def origin(request: HttpRequest, deal: Opportunity) -> dict[str, Any]:
    """What the deal came from, as panel and preview show it."""
    lead = visible(Lead, request.scope).filter(pk=deal.lead_id).first() if deal.lead_id and reads(request.user, "lead") else None
    said, book = deal.score_snapshot, active().playbook
    stood = said.get("dimensions", {})
    states = [{"title": entry.title, "state": stood[entry.dimension]} for entry in book.qualification.dimensions if entry.dimension in stood]
    return {"lead": lead, "said": said, "states": states, "bant": WORDS.get(said.get("bant", ""), "Unknown")}
