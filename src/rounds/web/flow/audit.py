"""The audit trail: who did what, and whether the chain holds."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from rounds.access.allowed import need
from rounds.actions.trust import audit
from rounds.kit.clock import now
from rounds.models import AuditEntry
from rounds.web.doors import page

SIZE = 100


@require_GET
@page
def trail(request: HttpRequest) -> HttpResponse:
    """The newest entries, a page at a time, and both chains verified just now. Reading it is itself noted."""
    need(request.user, "audit.read")
    entries = AuditEntry.objects.order_by("-at", "-id")
    verb = request.GET.get("verb", "")
    if verb:
        entries = entries.filter(verb=verb)
    if before := request.GET.get("before", ""):
        entries = entries.filter(id__lt=before) if len(before) == 36 else entries
    rows = list(entries[: SIZE + 1])
    audit.note_read("audit.read", by=request.user.actor, at=now())
    shown = {
        "place": "audit", "rows": rows[:SIZE], "next": rows[SIZE - 1].id if len(rows) > SIZE else "", "verb": verb,
        "chains": [audit.verify("write"), audit.verify("read")], "at": now(),
    }  # fmt: skip
    return render(request, "flow/audit.html", shown)
