"""What arrived and waits for somebody's word: accepted, or not yet."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from rounds.actions.deals import stages
from rounds.kit.clock import now
from rounds.models import StageSignal
from rounds.web.deals.forms import back, of_deal
from rounds.web.deals.frame import deal_or_404
from rounds.web.doors import page


@require_POST
@page
def decide(request: HttpRequest, key: UUID, signal: UUID) -> HttpResponse:
    """Say yes or no to what arrived."""
    deal, say = deal_or_404(request, key), request.POST.get
    row, by, at = of_deal(request, StageSignal, deal, signal), request.user.actor, now()
    if say("decision") == "no":
        stages.dismiss(row, reason=say("reason", ""), by=by, at=at)
        return back(request, deal, "", "Left where it is")
    stages.accept(row, reason=say("reason", ""), passing=say("passing", ""), by=by, at=at)
    return back(request, deal, "", "Moved on")
