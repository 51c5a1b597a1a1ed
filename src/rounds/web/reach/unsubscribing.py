"""No more of these: by the link of a letter, without a log-in. Fetched it changes nothing, for gateways fetch every link;
the button does, and so does the one click of a mail program (RFC 8058)."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from rounds.access.sight import EVERYTHING, sight
from rounds.actions.reach import links
from rounds.kit.clock import now
from rounds.kit.refusal import Refusal


@csrf_exempt  # mail programs post here and carry no cookie of ours; the random token takes the place of CSRF
@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def unsubscribe(request: HttpRequest, token: str) -> HttpResponse:
    """GET: what it is about. POST: they get no more mail of this kind."""
    try:
        with sight(EVERYTHING):
            if request.method == "POST":
                links.unsubscribe(token, at=now())
                return render(request, "reach/unsubscribed.html")
            return render(request, "reach/unsubscribe.html", {"masked": links.masked(token), "token": token})
    except Refusal as refusal:
        return render(request, "deals/proposals/gone.html", {"refusal": refusal}, status=refusal.status)
