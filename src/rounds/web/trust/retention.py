"""Retention: the rules, what is due, the runs and the certificates of what went."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from rounds.access.allowed import may, need
from rounds.actions.trust import audit, retention
from rounds.kit.clock import now
from rounds.models import Batch, Purge
from rounds.models.flow.active import active
from rounds.rules.keeping import length
from rounds.web.doors import page
from rounds.web.proof import proved, sensitive
from rounds.web.trust.frame import frame

LATEST = 25
HAPPENS = {"keep": "Kept", "delete": "Deleted", "drop_entries": "Dropped, with a certificate"}


@require_GET
@sensitive
def index(request: HttpRequest) -> HttpResponse:
    """Every rule with what it finds due now, counted as a run would; the last certificates; the run that goes on."""
    need(request.user, "compliance.read")
    at, said = now(), active().playbook.retention
    found: dict[str, list[Any]] = {}
    for one in retention.plan(at):
        found.setdefault(one.rule, []).append(one)
    rows = [{"code": code, "rule": rule, "length": length(rule), "happens": HAPPENS[rule.happens],
             "due": sum(one.due for one in found.get(code, ())), "held": sum(one.held for one in found.get(code, ())),
             "timed": code in found} for code, rule in said.rules.items()]  # fmt: skip
    rows.sort(key=lambda row: (not row["due"], not row["held"], not row["timed"]))
    audit.note_read("retention.read", by=request.user.actor, at=at)
    last = Batch.objects.filter(kind=retention.KIND).order_by("-at", "-id").first()
    return render(request, "trust/retention.html", {
        **frame(request, "Retention"), "rows": rows, "due": sum(row["due"] for row in rows), "held": sum(row["held"] for row in rows),
        "certificates": Purge.objects.order_by("-at", "-id")[:LATEST], "last": last, "floor": said.floors.evidence,
        "may_run": may(request.user, "retention.manage"), **(progress(request, last) if last else {}),
    })  # fmt: skip


def progress(request: HttpRequest, batch: Batch) -> dict[str, Any]:
    """What the progress line shows of a run."""
    where = f"/trust/retention/runs/{batch.id}/"
    return {"batch": batch, "gone": batch.detail.get("gone", 0), "poll": "" if batch.finished_at else where,
            "stop": f"{where}stopping/" if may(request.user, "retention.manage") else ""}  # fmt: skip


@require_POST
@sensitive
@proved
def runs(request: HttpRequest) -> HttpResponse:
    """Begin a run now, or go on with the one that is not finished; the worker does it."""
    need(request.user, "retention.manage")
    batch = retention.begin(by=request.user.actor, at=now())
    retention.defer(batch)
    return redirect("/trust/retention/")


@require_GET
@page
def run(request: HttpRequest, key: UUID) -> HttpResponse:
    """How far a run is; asked again and again, so it keeps no session alive."""
    request.polled = True
    need(request.user, "compliance.read")
    return render(request, "trust/retention_progress.html", progress(request, _batch(key)))


@require_POST
@sensitive
def stop(request: HttpRequest, key: UUID) -> HttpResponse:
    """Ask a run to stop after its chunk; what went is certified."""
    need(request.user, "retention.manage")
    batch = retention.stop(_batch(key), by=request.user.actor, at=now())
    if request.htmx:
        return render(request, "trust/retention_progress.html", progress(request, batch))
    return redirect("/trust/retention/")


def _batch(key: UUID) -> Batch:
    batch = Batch.objects.filter(pk=key, kind=retention.KIND).first()
    if batch is None:
        raise Http404
    return batch
