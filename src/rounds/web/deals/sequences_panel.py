"""The sequences people of a deal are in."""

from __future__ import annotations

from django.http import HttpRequest

from rounds.models import Opportunity
from rounds.web.deals.panels import Made, panel
from rounds.web.reach.panel import enrolled


@panel("sequences", place="aside", order=75)
def sequences(request: HttpRequest, deal: Opportunity) -> Made:
    """Two queries: the enrolments about the deal, and what comes next for each."""
    said = enrolled(request, opportunity_id=deal.id)
    return None if said["sequences"] is None else ("deals/panels/sequences.html", said)
