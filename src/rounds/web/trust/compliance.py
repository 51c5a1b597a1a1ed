"""Compliance: the truth in one sentence, what is open with the act that mends it, then the rest (PLUS-33)."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from rounds.access.allowed import may, need
from rounds.actions.trust import audit, checking
from rounds.analytics.trust import standing
from rounds.kit.clock import now
from rounds.models import CheckRun
from rounds.models.flow.active import active
from rounds.playbook.shapes.keeping import Checks
from rounds.web.doors import page
from rounds.web.proof import sensitive
from rounds.web.trust.frame import frame

MENDABLE = {"/trust/held/": "phi.review", "/trust/requests/": "subjects.manage", "/audit/": "audit.read", "/people/": "people.read"}
"""Places that not everybody who reads compliance may open."""


@require_GET
@sensitive
def index(request: HttpRequest) -> HttpResponse:
    """Where the house stands, by the last run of the checks."""
    need(request.user, "compliance.read")
    run, book = CheckRun.objects.order_by("-at", "-id").first(), active().playbook.checks
    audit.note_read("compliance.read", by=request.user.actor, at=now(), kind="checks", subject=run.id if run else None)
    said = {**frame(request, "Checks"), "run": run, "says": standing.sentence(run, book.target.percent),
            "target": book.target, "asked": "asked" in request.GET, "may_run": may(request.user, "compliance.manage")}  # fmt: skip
    return render(request, "trust/compliance.html", said | (_shown(request, run, book) if run else {}))


def _shown(request: HttpRequest, run: CheckRun, book: Checks) -> dict[str, Any]:
    open_ = standing.opened(run)
    for one in run.results:
        needs = MENDABLE.get(one["mend"])
        if one["mend"].startswith("/") and needs and not may(request.user, needs):
            one["mend"] = ""
    first = open_[0] if open_ and (open_[0]["stops"] or open_[0]["severity"] == "critical") else None
    days = standing.history()
    groups = [{"title": title, "rows": [one for one in run.results if one["group"] == code and one["outcome"] != "fail"]}
              for code, title in book.groups.items()]  # fmt: skip
    return {"first": first, "open": [one for one in open_ if one is not first], "groups": [g for g in groups if g["rows"]],
            "rate": standing.rate(run), "total": run.passed + run.failed + run.unknown, "days": days,
            "line": [(100 * n / max(len(days) - 1, 1), 30 - 30 * day.passed / max(day.passed + day.failed + day.unknown, 1))
                     for n, day in enumerate(days)]}  # fmt: skip


@require_POST
@sensitive
def runs(request: HttpRequest) -> HttpResponse:
    """Ask the worker to run every check now."""
    need(request.user, "compliance.manage")
    checking.ask(by=request.user.actor, at=now())
    return redirect("/trust/?asked=1")


@require_GET
@page
def fresh(request: HttpRequest) -> HttpResponse:
    """Whether a run has come since the one the page shows; asked again and again, so it keeps no session alive."""
    request.polled = True
    need(request.user, "compliance.read")
    run = CheckRun.objects.order_by("-at", "-id").only("id").first()
    if run is not None and str(run.id) != request.GET.get("since", ""):
        return HttpResponse(status=204, headers={"HX-Redirect": "/trust/"})
    return render(request, "trust/running.html", {"since": request.GET.get("since", "")[:36]})
