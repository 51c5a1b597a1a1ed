"""The path to signature on the page of an open deal."""

from __future__ import annotations

from django.http import HttpRequest

from rounds.kit.clock import now
from rounds.models import Opportunity
from rounds.models.flow.days import house_day
from rounds.web.deals.panels import Made, panel
from rounds.web.deals.path_shown import shown


@panel("path", place="main", order=20)
def path(request: HttpRequest, deal: Opportunity) -> Made:
    """Five queries."""
    return None if not deal.is_open else ("deals/panels/path.html", shown(deal, house_day(now())))
