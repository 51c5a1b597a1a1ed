"""What of the library went to a deal, and what was handed over about it."""

from __future__ import annotations

from django.http import HttpRequest

from rounds.access.allowed import may, reads, writes
from rounds.access.scope import visible
from rounds.actions.enablement.assets import ENGAGED
from rounds.analytics.enablement import reported
from rounds.models import AssetDelivery, HandOff, Opportunity
from rounds.web.deals.panels import Made, panel

MOST = 3


@panel("content", place="aside", order=70)
def content(request: HttpRequest, deal: Opportunity) -> Made:
    """Three queries: what went out last and what came of all of it, and the hand-offs."""
    if not may(request.user, "content.read"):
        return None
    rows = AssetDelivery.objects.filter(opportunity=deal)
    went = list(rows.select_related("version__asset").order_by("-at")[:MOST])
    over = list(visible(HandOff, request.scope).filter(opportunity=deal).order_by("-at")[:MOST]) if reads(request.user, "handoff") else []
    return "deals/panels/content.html", {"went": went, "over": over, "sums": reported(rows) if went else {}, "engaged": ENGAGED, "gives": writes(request.user, "handoff")}
