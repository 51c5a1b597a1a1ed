"""The universe report: what the public files gave, what they lacked, and the runs that loaded them."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from rounds.access.allowed import need, need_to_read
from rounds.access.scope import visible
from rounds.actions.market import universe
from rounds.analytics.market.universe import counted
from rounds.kit.clock import now
from rounds.kit.refusal import Refusal
from rounds.models import Account, UniverseRun
from rounds.models.flow.active import active
from rounds.web.doors import page
from rounds.web.market import universe_shown as shown

LATEST, HISTORY = 6, 200


class NoFolder(Refusal):
    """No folder of hospital files is set up here: put the files on the server and set ROUNDS_PUBLIC_DATA to them."""

    status = 422


class FolderOutside(Refusal):
    """Files are loaded only from the folder this server was set up with, or one below it."""

    status = 422


@require_GET
@page
def report(request: HttpRequest) -> HttpResponse:
    """The newest report; the same figures counted now, under the viewer's eyes, where nothing was loaded yet."""
    need_to_read(request.user, "account")
    done = UniverseRun.objects.filter(state="done").order_by("-at", "-id").first()
    latest = list(UniverseRun.objects.defer("survey", "phases").order_by("-at", "-id")[:LATEST])
    figures = done.report if done else counted(visible(Account, request.scope))
    said = {
        "place": "universe", "run": done, "live": done is None, "history": shown.history(latest),
        "files": shown.files(done.survey if done else {}), "partial": done is not None and not request.scope.everything,
        **shown.loading(request), **shown.figures(figures, active().playbook),
    }  # fmt: skip
    return render(request, "market/universe/report.html", said)


@require_http_methods(["GET", "POST"])
@page
def runs(request: HttpRequest) -> HttpResponse:
    """GET: every load, the newest first. POST: ask the worker to load the folder this server was set up with."""
    need_to_read(request.user, "account")
    if request.method == "POST":
        need(request.user, "universe.load")
        asked = universe.ask(str(folder_of(request.POST.get("folder", ""))), by=request.user.actor, at=now())
        return redirect(f"/universe/runs/{asked.id}/")
    rows = UniverseRun.objects.defer("survey", "phases").order_by("-at", "-id")[:HISTORY]
    said = {"place": "universe", "history": shown.history(list(rows)), **shown.loading(request)}
    return render(request, "market/universe/runs.html", said)


@require_GET
@page
def run(request: HttpRequest, key: UUID) -> HttpResponse:
    """How far a load is, and how it ended. HTMX gets the progress alone."""
    need_to_read(request.user, "account")
    one = _run(key)
    said = {"place": "universe", "run": one, "job": shown.progress(one, request), "row": shown.history([one])[0]}
    if request.htmx:
        return render(request, "market/universe/progress.html", said)
    return render(request, "market/universe/run.html", said | {"files": shown.files(one.survey)})


@require_POST
@page
def stop(request: HttpRequest, key: UUID) -> HttpResponse:
    """Ask a load to stop after its chunk."""
    need(request.user, "universe.load")
    one = universe.stop(_run(key), by=request.user.actor, at=now())
    if request.htmx:
        return render(request, "market/universe/progress.html", {"job": shown.progress(one, request)})
    return redirect(f"/universe/runs/{key}/")


def folder_of(said: str) -> Path:
    """The folder to load: the configured one, or `said` below it. Raises NoFolder, FolderOutside (422)."""
    base = Path(settings.CONFIG.public_data).resolve()
    if not base.is_dir():
        raise NoFolder
    try:
        folder = (base / said).resolve()
    except (OSError, ValueError) as error:
        raise FolderOutside from error
    if not folder.is_relative_to(base):
        raise FolderOutside
    if not folder.is_dir():
        raise NoFolder(f"There is no folder “{said[:80]}” below the one this server was set up with.")
    return folder


def _run(key: UUID) -> UniverseRun:
    one = UniverseRun.objects.filter(pk=key).first()
    if one is None:
        raise Http404
    return one
