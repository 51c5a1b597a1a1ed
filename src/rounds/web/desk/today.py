"""Today: what waits for the viewer, in the order in which it is worth doing; a first run while nothing is there."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from rounds.access.allowed import may, reads
from rounds.access.scope import visible
from rounds.models import Account
from rounds.web.desk import today_shown
from rounds.web.doors import noted, page
from rounds.web.market import universe_shown


@require_GET
@page
def today(request: HttpRequest) -> HttpResponse:
    """The viewer's day; of a role that works with no records, where its work stands. Who may load the hospital files sees the first steps as long as there is no account."""
    if may(request.user, "universe.load") and not visible(Account, request.scope).exists():
        return render(request, "desk/today/first_run.html", {"place": "today", **universe_shown.loading(request)})
    if not reads(request.user, "account") and not reads(request.user, "lead"):
        return render(request, "desk/today/apart.html", {"place": "today", "doors": today_shown.doors(request)})
    noted(request, "today.read")
    return render(request, "desk/today/today.html", today_shown.day(request))
