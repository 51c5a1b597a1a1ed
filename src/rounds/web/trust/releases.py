"""Whether this database may speak to the outside: how it stands, what it was released for, and releasing a copy."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from rounds.access.allowed import need
from rounds.actions.flow import backups, outward
from rounds.actions.trust import audit
from rounds.kit.clock import now
from rounds.models import Release
from rounds.web.proof import proved, sensitive
from rounds.web.trust.frame import frame

LATEST = 20


@require_http_methods(["GET", "POST"])
@sensitive
def index(request: HttpRequest) -> HttpResponse:
    """GET: how it stands. POST: let this very database speak, with a reason and a fresh proof."""
    need(request.user, "outward.release")
    if request.method == "POST":
        return _release(request)
    audit.note_read("releases.read", by=request.user.actor, at=now())
    return _shown(request)


@proved
def _release(request: HttpRequest) -> HttpResponse:
    try:
        reason = request.POST.get("reason", "")[:1000]
        outward.release(reason=reason, by=request.user.actor, at=now(), user=request.user)
    except outward.ReasonMissing as error:
        return _shown(request, error=error, status=422)
    return redirect("/trust/releases/")


def _shown(request: HttpRequest, *, error: Exception | None = None, status: int = 200) -> HttpResponse:
    said = {"standing": outward.standing(), "releases": Release.objects.order_by("-at", "-id")[:LATEST],
            "backup": backups.last_good(), "error": error}  # fmt: skip
    return render(request, "trust/releases.html", {**frame(request, "Releases"), **said}, status=status)
