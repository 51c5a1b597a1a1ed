"""Links that do one thing once: opened they show what they would do, their button does it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from rounds.actions.trust import action_links
from rounds.kit.clock import now
from rounds.kit.refusal import Refusal


@never_cache
@sensitive_post_parameters()
@require_http_methods(["GET", "HEAD", "POST"])
def act(request: HttpRequest, token: str) -> HttpResponse:
    """GET: who would do what to what. POST: it is done. Mail gateways open every link; that changes nothing."""
    viewer = request.user if request.user.is_authenticated else None
    try:
        if request.method == "POST":
            found, said = action_links.do(token, said=request.POST.get("said", "")[:1000], viewer=viewer, at=now())
            return render(request, "trust/acted.html", {"found": found, "said": said})
        found = action_links.look(token, viewer=viewer, at=now())
    except Refusal as refusal:
        return render(request, "trust/act_refused.html", {"refusal": refusal}, status=refusal.status)
    return render(request, "trust/act.html", {"found": found, "token": token, "about": str(found.subject)})
