"""What blocks the next stage: each criterion, how it stands, the next move, whose it is, until when."""

from __future__ import annotations

from django.http import HttpRequest

from rounds.models import Opportunity
from rounds.web.deals.panels import Made, panel
from rounds.web.deals.standing_shown import blocks


@panel("blocks", place="main", order=10)
def criteria(request: HttpRequest, deal: Opportunity) -> Made:
    """One query for what was ticked, and those of the evidence."""
    said = blocks(request, deal)
    return None if said is None else ("deals/panels/blocks.html", said)
