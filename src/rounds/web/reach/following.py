"""The links of our letters, on their way to where they lead. Whoever asks is not asked who they are, and keeps no cookie."""

from __future__ import annotations

from base64 import b64decode

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from rounds.access.sight import EVERYTHING, sight
from rounds.actions.reach import following
from rounds.kit.addresses import client_address, network
from rounds.kit.clock import now
from rounds.kit.refusal import Refusal
from rounds.rules.engagement import Asked

DOT = b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")
"""A picture of one clear point."""


@csrf_exempt  # nothing of ours is decided here: a scanner that posts is kept as one, and goes on like the others
@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def follow(request: HttpRequest, token: str) -> HttpResponse:
    """On to where the link leads."""
    try:
        with sight(EVERYTHING):
            url = following.follow(token, asked(request), at=now())
    except Refusal as refusal:
        return render(request, "deals/proposals/gone.html", {"refusal": refusal}, status=refusal.status)
    answer = HttpResponseRedirect(url)
    answer["Referrer-Policy"] = "no-referrer"  # the token is nobody's business there
    return answer


@never_cache
@require_http_methods(["GET", "HEAD"])
def picture(request: HttpRequest, token: str) -> HttpResponse:
    """The picture of a letter that was opened, whoever asks for it: one that is not ours looks the same."""
    try:
        with sight(EVERYTHING):
            following.follow(token, asked(request), at=now())
    except Refusal:
        pass
    return HttpResponse(DOT, content_type="image/gif")


def asked(request: HttpRequest) -> Asked:
    """How it was asked for. The place is cut to what the judgement needs."""
    return Asked(request.method or "GET", request.headers.get("User-Agent", ""), network(client_address(request)))
