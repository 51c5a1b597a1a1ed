"""Who else is in the deal (COMPETE-05)."""

from __future__ import annotations

from django.http import HttpRequest

from rounds.models import Competitor, Opportunity
from rounds.models.flow.active import active
from rounds.web.deals.panels import Made, panel


@panel("competitors", place="aside", order=40)
def met_in(request: HttpRequest, deal: Opportunity) -> Made:
    """The competitors met in the deal and, to name another, the registry. Two queries."""
    met = list(deal.competitors.select_related("competitor").order_by("competitor__name"))
    there = {row.competitor_id for row in met}
    others = [row for row in Competitor.objects.filter(retired_at=None).order_by("name") if row.id not in there]
    statuses = [(one.status, one.title) for one in active().playbook.closing.competitors.statuses]
    return "deals/panels/competitors.html", {"met": met, "others": others, "statuses": statuses, "titles": dict(statuses)}
