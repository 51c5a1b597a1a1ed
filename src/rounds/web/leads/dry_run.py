"""A dry run of the routing on the leads of late, or of a file: who would get what, how fair that is. Nothing is written."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from rounds.access.allowed import need
from rounds.access.scope import visible
from rounds.actions.flow import drafts
from rounds.analytics.leads.dry_run import DryRun, dry_run
from rounds.jobs.dry_run import of_file
from rounds.kit.clock import now
from rounds.kit.refusal import Refusal
from rounds.models import Lead
from rounds.models.flow.active import active
from rounds.models.leads.queues import queue_title
from rounds.web.doors import noted, page

SPANS = (7, 30, 90)
MOST, SHOWN = 20_000, 60
MEGABYTES = 2
"""Of a file tried while somebody waits: some ten thousand leads."""


class NoFile(Refusal):
    """Choose a CSV file of leads; the columns are those of an import."""

    status = 422
    field = "file"


@require_http_methods(["GET", "POST"])
@page
def show(request: HttpRequest) -> HttpResponse:
    """The leads of the last days that one sees, as if they came now, under one's draft of the playbook where it is asked;
    POST: the leads of a file, taken in, given out and taken back."""
    need(request.user, "routing.try")
    if request.method == "POST":
        return _of_file(request)
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
    return render(request, "leads/dry_run.html", _shown(found) | {
        "days": days, "tried": book is not None,
        "spans": [{"name": f"{span} days", "url": f"?days={span}{'&draft=1' if book else ''}", "current": span == days} for span in SPANS],
    })  # fmt: skip


def _of_file(request: HttpRequest) -> HttpResponse:
    """Who would get the leads of the file that was sent. Nothing of it stays: no lead, no file."""
    upload = request.FILES.get("file")
    if upload is None or not upload.name:
        raise NoFile
    if upload.size > MEGABYTES << 20:
        raise NoFile(f"A file tried here holds at most {MEGABYTES} MB; `rounds route dry-run FILE` takes longer ones.")
    with NamedTemporaryFile(suffix=Path(upload.name).suffix[:8]) as kept:
        for block in upload.chunks():
            kept.write(block)
        kept.flush()
        found, refused = of_file(Path(kept.name), scope=request.scope, by=request.user.actor)
    noted(request, "leads.list", "lead", part="dry run of a file", rows=found.total)
    spans = [{"name": f"{span} days", "url": f"?days={span}", "current": False} for span in SPANS]
    return render(request, "leads/dry_run.html", _shown(found) | {
        "file": upload.name[:120], "refused": refused[:SHOWN], "refusals": len(refused), "spans": spans})  # fmt: skip


def _shown(found: DryRun) -> dict[str, Any]:
    people = [share for share in found.shares if share.leads or share.after]
    return {
        "run": found, "people": people, "widest": max((share.after for share in people), default=1) or 1,
        "lines": [(lead, queue_title(to) if to in found.unrouted else to, to in found.unrouted, why) for lead, to, why in found.lines[-SHOWN:][::-1]],
        "queues": [(queue_title(code), many) for code, many in found.unrouted.items()], "place": "leads", "number": active().number,
    }  # fmt: skip
