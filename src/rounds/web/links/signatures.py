"""Where signature services tell us who signed: their addresses, and what came there, from whom, what it did."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Count, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from rounds.access.allowed import need
from rounds.access.sight import EVERYTHING, sight
from rounds.actions.deals import signature_hooks
from rounds.actions.deals.contract_given import ContractRefused
from rounds.kit.clock import now
from rounds.models import SignatureHook, SignatureMessage
from rounds.web.doors import noted
from rounds.web.proof import proved, sensitive
from rounds.web.trust.outbound import tabs

LATEST = 100
OUTCOMES = {"taken": ("Taken", "g-met", "circle-check"), "known": ("Known already", "tag-line", "circle-dashed"), "refused": ("Refused", "s-soon", "circle-x")}


@require_http_methods(["GET", "POST"])
@sensitive
def index(request: HttpRequest) -> HttpResponse:
    """GET: every address and the newest messages. POST: open one for a service."""
    need(request.user, "webhooks.manage")
    return _add(request) if request.method == "POST" else _shown(request)


@proved
def _add(request: HttpRequest) -> HttpResponse:
    try:
        row, secret = signature_hooks.add(request.POST.get("name", ""), by=request.user.actor, at=now())
    except ContractRefused as refusal:
        return _shown(request, error=refusal, status=422)
    return render(request, "links/signature_secret.html", {"row": row, "secret": secret, "address": _address(row), "place": "outbound"})


@require_POST
@sensitive
def ending(request: HttpRequest, key: UUID) -> HttpResponse:
    """Close an address; what comes there is refused."""
    need(request.user, "webhooks.manage")
    row = SignatureHook.objects.filter(pk=key).first()
    if row is None:
        raise Http404
    signature_hooks.end(row, by=request.user.actor, at=now())
    return redirect("/links/signatures/")


def _shown(request: HttpRequest, *, error: Any = None, status: int = 200) -> HttpResponse:
    noted(request, "signature_hooks.read")
    counts = {f"{code}_n": Count("messages", filter=Q(messages__outcome=code)) for code in OUTCOMES}
    rows = list(SignatureHook.objects.annotate(**counts).order_by("ended_at", "-at"))
    for row in rows:
        row.address = _address(row)
    with sight(EVERYTHING):  # whoever opens addresses reads what came there, and of a contract only its name
        came = list(SignatureMessage.objects.select_related("hook", "contract").order_by("-at", "-id")[:LATEST])
    refused = sum(row.refused_n for row in rows)
    return render(request, "links/signatures.html", {
        "rows": rows, "open": sum(row.ended_at is None for row in rows), "came": [{"row": one, "tag": OUTCOMES[one.outcome]} for one in came], "refused": refused,
        "error": error, "given": request.POST, "tabs": tabs(request, "Signature services"), "place": "outbound"}, status=status)  # fmt: skip


def _address(row: SignatureHook) -> str:
    return f"{settings.CONFIG.public_url.rstrip('/')}/hooks/signatures/{row.key}/"
