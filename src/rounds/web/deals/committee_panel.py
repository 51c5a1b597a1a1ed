"""The committee beside the deal: how many of the role groups, the strongest people, what it warns of."""

from __future__ import annotations

from django.http import HttpRequest

from rounds.access.allowed import reads
from rounds.analytics.deals.committee import committee
from rounds.kit.clock import now
from rounds.models import Opportunity
from rounds.models.flow.active import active
from rounds.web.deals.panels import Made, panel

MOST = 5


@panel("committee", place="aside", order=40)
def people(request: HttpRequest, deal: Opportunity) -> Made:
    """Four queries."""
    if not reads(request.user, "contact"):
        return None
    held = committee(deal, active().playbook, request.scope, now(), known=False)
    titles = {one.level: one.title for one in active().playbook.committee.decision_levels.listed}
    return "deals/panels/committee.html", {"held": held, "people": held.people[:MOST], "more": max(0, len(held.people) - MOST), "level_words": titles}
