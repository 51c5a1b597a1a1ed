"""A dry run of the routing on the leads of late: who would get what, how fair that is. Nothing is written."""

from __future__ import annotations

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from rounds.access.allowed import need
from rounds.access.scope import visible
from rounds.actions.flow import drafts
from rounds.analytics.leads.dry_run import dry_run
from rounds.kit.clock import now
from rounds.models import Lead
from rounds.models.flow.active import active
from rounds.models.leads.queues import queue_title
from rounds.web.doors import noted, page

SPANS = (7, 30, 90)
MOST, SHOWN = 20_000, 60


@require_GET
@page
def show(request: HttpRequest) -> HttpResponse:
    """The leads of the last days that one sees, as if they came now; under one's draft of the playbook where it is asked."""
    need(request.user, "routing.try")
    at, said = now(), request.GET.get("days", "")
    days = int(said) if said in map(str, SPANS) else 30
    draft = drafts.open_draft(request.user.actor) if request.GET.get("draft") else None
    book, findings = drafts.findings(draft) if draft else (None, [])
    if any(one.severity == "error" for one in findings):
        book = None
    rows = visible(Lead, request.scope).filter(captured_at__gte=at - timedelta(days=days)).select_related("account", "buying_unit")
    leads = list(rows.order_by("captured_at", "id")[:MOST])
    found = dry_run(leads, at=at, playbook=book)
    noted(request, "leads.list", "lead", part="dry run", days=days, rows=len(leads))
    people = [share for share in found.shares if share.leads or share.after]
    return render(request, "leads/dry_run.html", {
        "run": found, "days": days, "people": people, "widest": max((share.after for share in people), default=1) or 1,
        "lines": [(lead, queue_title(to) if to in found.unrouted else to, to in found.unrouted, why) for lead, to, why in found.lines[-SHOWN:][::-1]],
        "queues": [(queue_title(code), many) for code, many in found.unrouted.items()], "place": "leads", "tried": book is not None,
        "spans": [{"name": f"{span} days", "url": f"?days={span}{'&draft=1' if book else ''}", "current": span == days} for span in SPANS],
        "number": active().number,
    })  # fmt: skip
