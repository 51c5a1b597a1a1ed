"""What makes this sale hard: its tags, what they suggest, and what they flag (ACCT-21)."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from rounds.access.allowed import reads
from rounds.actions.deals import challenges
from rounds.analytics.deals.challenges import challenges as of_deal
from rounds.kit.clock import now
from rounds.models import Opportunity
from rounds.models.flow.active import active
from rounds.web.deals.forms import back
from rounds.web.deals.frame import deal_or_404
from rounds.web.deals.panels import Made, panel
from rounds.web.doors import page


@panel("challenges", place="aside", order=60)
def tags(request: HttpRequest, deal: Opportunity) -> Made:
    """Two queries, and four where a flag asks for the committee."""
    found = of_deal(deal, active().playbook, request.scope, now(), people=reads(request.user, "contact"))
    said: dict[str, Any] = {"tags": found, "on": [one for one in found if one.on], "off": [one for one in found if not one.on]}
    return "deals/panels/challenges.html", said


@require_POST
@page
def tag(request: HttpRequest, key: UUID) -> HttpResponse:
    """Put a tag on, or (`on=no`) take it off."""
    deal, code = deal_or_404(request, key), request.POST.get("tag", "")
    act = challenges.untag if request.POST.get("on") == "no" else challenges.tag
    act(deal, code, by=request.user.actor, at=now())
    return back(request, deal, "", "Challenges changed")
