"""The universe report: what the public files gave, what they lacked, and the runs that loaded them."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from rounds.access.allowed import need
from rounds.web.doors import page


@require_GET
@page
def report(request: HttpRequest) -> HttpResponse:
    """The newest report, or the same counts from the tables where nothing was loaded."""
    return render(request, "market/universe/report.html", {"place": "universe"})


@require_http_methods(["GET", "POST"])
@page
def runs(request: HttpRequest) -> HttpResponse:
    """GET: every load, the newest first. POST: begin one of the configured folder."""
    if request.method == "POST":
        need(request.user, "universe.load")
    return redirect("/universe/")


@require_GET
@page
def run(request: HttpRequest, key: UUID) -> HttpResponse:
    """How far a load is, and how it ended."""
    return redirect("/universe/")


@require_POST
@page
def stop(request: HttpRequest, key: UUID) -> HttpResponse:
    """Ask a load to stop after its chunk."""
    need(request.user, "universe.load")
    return redirect(f"/universe/runs/{key}/")
