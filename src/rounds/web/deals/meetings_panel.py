"""The meetings of a deal, and what the timeline says of them."""

from __future__ import annotations

from django.http import HttpRequest

from rounds.models import Opportunity
from rounds.web.deals.panels import Made, panel
from rounds.web.deals.timeline_words import tell
from rounds.web.reach import meeting_words
from rounds.web.reach.meetings_beside import beside

tell(meeting_words.SAYS, meeting_words.ICONS)


@panel("meetings", place="aside", order=35)
def meetings(request: HttpRequest, deal: Opportunity) -> Made:
    """Two queries."""
    said = beside(request, deal)
    return ("reach/meetings/beside.html", said) if said["meets"] is not None else None
