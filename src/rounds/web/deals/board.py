"""The board of deals, and the same deals over time: under the filters and views of the list."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from rounds.access.allowed import writes
from rounds.access.sight import EVERYTHING, sight
from rounds.analytics.deals import board as deals
from rounds.kit.clock import now
from rounds.models.deals.standing import chances
from rounds.models.flow.active import active
from rounds.models.flow.days import house_day
from rounds.models.listing import Query
from rounds.rules.pipeline.probability import Chance
from rounds.web import lists
from rounds.web.deals.path_shown import months_of
from rounds.web.deals.table import TABLE
from rounds.web.doors import noted, page
from rounds.web.list_views import views

BOARD, TIME = replace(TABLE, url="/opportunities/board/"), replace(TABLE, url="/opportunities/time/")
DAY = timedelta(days=1)


@require_GET
@page
def show(request: HttpRequest) -> HttpResponse:
    """Columns of cards, with count, sum and weighted sum of each."""
    asked = lists.ask(request, BOARD)
    if isinstance(asked, HttpResponse):
        return asked
    at = now()
    rows = rows_of(request, asked)
    held = deals.board(rows, active().playbook, at, chances_now())
    noted(request, "opportunitys.list", "opportunity", query=asked.query_string(after=None), rows=held.count)
    return render(request, "deals/board.html", {**frame(request, BOARD, asked, "board"), "held": held})


@require_GET
@page
def column(request: HttpRequest, stage: str) -> HttpResponse:
    """The further cards of one column."""
    book = active().playbook
    if stage not in book.stages.open:
        raise Http404
    params = request.GET.copy()
    after = (params.pop("from", [""]) or [""])[-1]
    query = lists.query_of(BOARD.seen_by(request.user), params)
    cards, following = deals.further(rows_of(request, query), stage, after, book, now())
    return render(request, "deals/cards.html", {"cards": cards, "next": following, "stage": stage, "here": query.query_string(after=None)})


@require_GET
@page
def time(request: HttpRequest) -> HttpResponse:
    """Open deals over time: since when, when a close is expected, when it is wanted."""
    params = request.GET.copy()
    first = _whole((params.pop("from", ["0"]) or ["0"])[-1])
    asked = lists.ask(request, TIME) if "from" not in request.GET else lists.query_of(TIME.seen_by(request.user), params)
    if isinstance(asked, HttpResponse):
        return asked
    found, more = deals.spans(rows_of(request, asked), active().playbook, now(), first=first)
    noted(request, "opportunitys.list", "opportunity", query=asked.query_string(after=None), rows=len(found))
    return render(request, "deals/time.html", {**frame(request, TIME, asked, "time"), **gantt(found, house_day(now())), "first": first,
                                               "following": first + len(found) if more else 0})  # fmt: skip


def _whole(said: str) -> int:
    return int(said) if said.isascii() and said.isdigit() and len(said) < 7 else 0


def rows_of(request: HttpRequest, query: Query) -> Any:
    """The deals one sees under the query's filters."""
    return TABLE.rows(request).filter(query.where(request.user))


def chances_now() -> dict[str, Chance]:
    """The chance of each stage, by what became of all our deals, whoever looks."""
    with sight(EVERYTHING):
        return chances(active().playbook)


def frame(request: HttpRequest, table: lists.Table, query: Query, shape: str) -> dict[str, Any]:
    """What board and time view share with the list: tabs, chips, the other shapes of the same deals."""
    here = query.query_string(after=None)
    tail = f"?{here or 'f='}"
    shapes = [{"name": name, "url": f"/opportunities/{below}{tail}", "current": code == shape, "icon": icon}
              for code, name, below, icon in (("board", "Board", "board/", "kanban"), ("list", "List", "", "list"), ("time", "Time", "time/", "chart-gantt"))]  # fmt: skip
    return {"spec": table.seen_by(request.user), "query": query, "views": views(request, table, query), "here": here, "shapes": shapes, "place": "opportunities",
            "adds": writes(request.user, "opportunity"), "toast": request.session.pop("toast", None), "at": now()}  # fmt: skip


def gantt(found: list[deals.Span], today: date) -> dict[str, Any]:
    """Bars in percent of the time that is drawn: from the earliest opening, at most a year back, to the latest close."""
    first = max(min([today - 30 * DAY, *(house_day(one.card.deal.opened_at) for one in found)]), today - 365 * DAY)
    last = max([today + 90 * DAY, *(one.latest for one in found), *(one.card.deal.close_on for one in found if one.card.deal.close_on)])
    last = min(last, today + 730 * DAY)
    span = max((last - first).days, 1) * 1.02

    def at(day: date) -> float:
        return round(min(max((day - first).days, 0), (last - first).days) / span * 100, 2)

    def bar(begins: date, ends: date) -> dict[str, float]:
        return {"x": at(begins), "w": max(round(at(ends) - at(begins), 2), 0.3)}

    lines = [{"one": one, "deal": one.card.deal, "past": bar(house_day(one.card.deal.opened_at), today), "ahead": bar(today, one.earliest),
              "window": bar(one.earliest, one.latest), "goal": at(one.card.deal.close_on) if one.card.deal.close_on else None,
              "css": {"slow": "slow", "stalled": "stalled"}.get(one.card.age.state, "ahead")} for one in found]  # fmt: skip
    months = months_of(first, last, at)
    return {"lines": lines, "months": months, "grid": [one["x"] for one in months[1:]], "now_x": at(today)}
