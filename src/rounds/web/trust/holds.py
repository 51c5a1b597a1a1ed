"""Legal holds: what is held and why, setting and lifting."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from rounds.access.allowed import may, need
from rounds.actions.trust import audit, holds
from rounds.kit.clock import now
from rounds.kit.refusal import Refusal
from rounds.models import LegalHold, User
from rounds.web.proof import proved, sensitive
from rounds.web.trust.frame import frame, key_of

LATEST = 100


@require_http_methods(["GET", "POST"])
@sensitive
def index(request: HttpRequest) -> HttpResponse:
    """GET: every hold, the open ones first. POST: set one."""
    need(request.user, "compliance.read")
    given = {name: (request.POST if request.method == "POST" else request.GET).get(name, "")[:1000]
             for name in ("kind", "subject", "person", "reason")}  # fmt: skip
    error = None
    if request.method == "POST":
        need(request.user, "holds.manage")
        try:
            _place(request, given)
            return redirect("/trust/holds/")
        except Refusal as refusal:
            if refusal.status != 422:
                raise
            error = refusal
    else:
        audit.note_read("holds.read", by=request.user.actor, at=now())
    return render(request, "trust/holds.html", _shown(request, given) | {"error": error}, status=422 if error else 200)


def _place(request: HttpRequest, given: dict[str, str]) -> LegalHold:
    kind = given["kind"]
    named = given["person"] if kind == "user" else given["subject"]
    key = None if kind == "everything" else key_of(named)
    if kind in holds.MODELS and key is None:
        raise holds.HoldRefused("Paste the address of the record's page: it holds the key.", field="subject")
    return holds.place(kind, key, reason=given["reason"], by=request.user.actor, at=now())


def _shown(request: HttpRequest, given: dict[str, str]) -> dict[str, Any]:
    rows = list(LegalHold.objects.order_by("lifted_at", "-at")[:LATEST])
    open_ = [row for row in rows if row.lifted_at is None]
    for row in rows:
        row.url = f"/{row.kind}s/{row.subject_id}/" if row.kind in ("account", "contact", "lead", "contract") else ""
        row.word = holds.KINDS.get(row.kind, row.kind)
    manages = may(request.user, "holds.manage")
    return {**frame(request, "Legal holds"), "open": open_, "lifted": [row for row in rows if row.lifted_at], "given": given,
            "kinds": holds.KINDS.items(), "manages": manages, "people": User.objects.order_by("name") if manages else ()}  # fmt: skip


@require_POST
@sensitive
@proved
def lifting(request: HttpRequest, key: UUID) -> HttpResponse:
    """Lift a hold, with a reason."""
    need(request.user, "holds.manage")
    hold = LegalHold.objects.filter(pk=key).first()
    if hold is None:
        raise Http404
    holds.lift(hold, reason=request.POST.get("reason", ""), by=request.user.actor, at=now())
    return redirect("/trust/holds/")
