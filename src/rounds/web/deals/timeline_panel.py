"""The latest of the timeline, at the foot of the deal."""

from __future__ import annotations

from django.http import HttpRequest

from rounds.analytics.deals.timeline import total
from rounds.models import Opportunity
from rounds.web.deals.panels import Made, panel
from rounds.web.deals.timeline_shown import shown

MOST = 8


@panel("timeline", place="main", order=90)
def latest(request: HttpRequest, deal: Opportunity) -> Made:
    """Five queries; three while all of it is shown."""
    found = shown(request, deal, most=MOST)
    return "deals/panels/timeline.html", {**found, "entries_in_all": total(deal) if found["next"] else len(found["entries"])}
