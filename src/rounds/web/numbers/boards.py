"""Dashboards of executives, managers and reps (ANALYTICS-52): figures at once, what is drawn below them right after."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from rounds.access.allowed import NotAllowed
from rounds.access.roles import role_of
from rounds.actions.trust import audit, exports
from rounds.analytics.numbers import boards
from rounds.documents import csv
from rounds.documents.names import attachment
from rounds.documents.report import Paper, html
from rounds.models import Favourite
from rounds.models.flow.active import active
from rounds.web.desk.exports import SCOPE
from rounds.web.doors import noted, page
from rounds.web.numbers import boards_each
from rounds.web.numbers import boards_paper as paper
from rounds.web.numbers import boards_shown as shown
from rounds.web.numbers.boards_asked import Asked, asked, boards_of, choices, period_choices
from rounds.web.proof import proved


@require_GET
@page
def index(request: HttpRequest) -> HttpResponse:
    """The dashboard of the viewer's role."""
    mine = boards_of(request.user)
    if not mine:
        raise NotAllowed(f"There is no dashboard for your role ({role_of(request.user).title}).")
    return redirect(f"/dashboards/{mine[0].dashboard}/")


@require_GET
@page
def show(request: HttpRequest, name: str) -> HttpResponse:
    """The tiles. With `whole` what is drawn below them comes along: for paper, and for who has no scripts."""
    one = asked(request, name)
    found = _tiles(one)
    noted(request, "dashboard.read", "metric", dashboard=name, period=one.question.period.code)
    drawn = {each["id"]: each for each in _pictures(request, one)} if request.GET.get("whole") else {}
    tiles = [{**shown.tile(each, one), "picture": drawn.get(f"tile-{each.place}")} for each in found]
    here = one.address()
    context = {
        "place": "dashboards", "asked": one, "board": one.board, "finding": shown.finding(found, one), "tiles": tiles, "whole": bool(drawn),
        "each": boards_each.table(one) if drawn else None, "filters": choices(one), "periods": period_choices(one), "said": one.said or f"this-{one.board.period}", "here": here,
        "boards": [{"name": each.title, "url": f"/dashboards/{each.dashboard}/?{here}", "current": each == one.board} for each in boards_of(request.user)],
        "kept": _kept(request, name), "address": f"/dashboards/{name}/?{here}", "number": active().number,
    }  # fmt: skip
    return render(request, "numbers/boards/board.html", context)


@require_GET
@page
def drawn(request: HttpRequest, name: str) -> HttpResponse:
    """What stands below the figures, each put into its tile."""
    one = asked(request, name)
    noted(request, "dashboard.read", "metric", dashboard=name, period=one.question.period.code, part="pictures")
    return render(request, "numbers/boards/pictures.html", {"pictures": _pictures(request, one), "each": boards_each.table(one), "oob": True})


@require_POST
@page
@proved
def take(request: HttpRequest, name: str) -> HttpResponse:
    """The tiles as CSV or, asked for `form` pdf, on paper, for whoever reads them: they hold no record. Asks for a proof; who took
    what is on the record (SEC-08). The rows behind a number leave with the permission records.export alone."""
    one, form = asked(request, name), "pdf" if request.POST.get("form") == "pdf" else "csv"
    mark = exports.mark(request.user, request.scope.hash, one.at)
    body, kind = _paper(request, one, mark) if form == "pdf" else (_sheet(one, mark), "text/csv; charset=utf-8")
    audit.note_file("dashboard.figures", by=request.user.actor, at=one.at, kind="metric", form=form, ids=[], accounts=[], reason="", scope=request.scope.hash,
                    detail={"dashboard": name, "period": one.question.period.code, "filters": one.address()})  # fmt: skip
    return HttpResponse(body, content_type=kind, headers={"Content-Disposition": attachment(f"{name}-{one.question.period.code}.{form}")})


def _sheet(one: Asked, mark: str) -> bytes:
    heads = ["Number", "Asked for in", "Period", "As of", "Value", "Unit", "As shown", "n", "Target", "Status", "Waits for", "Not filtered by", SCOPE]
    return "".join(csv.lines(heads, ([*_line(each, one), mark] for each in _tiles(one)))).encode()


def _paper(request: HttpRequest, one: Asked, mark: str) -> tuple[bytes, str]:
    from rounds.documents.pdf import pdf

    tiles = [shown.tile(each, one) for each in _tiles(one)]
    content = paper.content(tiles, _pictures(request, one), one)
    return pdf(html(Paper(content, paper.about(request.user, one), mark))), "application/pdf"


def _tiles(one: Asked) -> list[boards.Shown]:
    return boards.tiles(one.board, one.question, one.engine, one.at, unread=one.unread, only=one.only)


def _pictures(request: HttpRequest, one: Asked) -> list[dict[str, Any]]:
    found = boards.pictures(one.board, one.question, one.engine, one.at, unread=one.unread, only=one.only)
    return shown.pictures(found, one, request)


def _line(each: boards.Shown, one: Asked) -> list[Any]:
    reading, verdict = each.reading, each.verdicts[0] if each.verdicts else None
    value = float(reading.value) if reading is not None and reading.value is not None else None
    return [each.title, each.metric.number, one.question.period.code, one.question.as_of, value, each.metric.unit, reading.says if reading is not None else each.lost,
            reading.n if reading is not None else None, verdict.says if verdict else "", verdict.status if verdict else "", each.metric.waits_for, ", ".join(each.apart)]  # fmt: skip


def _kept(request: HttpRequest, name: str) -> list[dict[str, Any]]:
    """The filters of this dashboard that the viewer keeps in their rail."""
    begins, here = f"/dashboards/{name}/?", request.get_full_path()
    return [{"name": one.label, "url": one.url, "current": one.url == here}
            for one in Favourite.objects.filter(user=request.user, url__startswith=begins).order_by("position", "label")]  # fmt: skip
