"""The market: a map, tier by fit, budget windows and the table of buying units, all under one address."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from rounds.access.allowed import may
from rounds.analytics.market import market as numbers
from rounds.models.flow.active import active
from rounds.models.flow.days import house_today
from rounds.models.listing import Query
from rounds.models.market.listing import whitespace_q, windows
from rounds.rules import budget, tiers
from rounds.web import lists
from rounds.web.doors import noted, page
from rounds.web.market.table import UNIT_TABLE

GRADES, TIERS = "ABCD", (1, 2, 3, 0)
TONES = {"open": "v", "soon": "v2", "later": "g", "unknown": "g"}


@require_GET
@page
def index(request: HttpRequest) -> HttpResponse:
    """The market under the filters of the address. A bare address opens the viewer's first view."""
    asked = lists.ask(request, UNIT_TABLE)
    if isinstance(asked, HttpResponse):
        return asked
    now, on, rows = active(), house_today(), UNIT_TABLE.rows(request)
    heads = numbers.heads(rows, asked, whitespace_q("is", ["yes"], None), now.playbook, on, request.user)
    cells, bars = numbers.tier_by_fit(rows, asked, request.user), _bars(rows, asked, request, on)
    said = {
        "heads": heads, "matrix": _matrix(cells, asked), "bars": bars,
        "legends": _legends(cells, bars), "windows": windows_by_month(on), "book": now, "place": "market",
        "white_query": f"{_less(asked, 'whitespace')}&f=whitespace.is.yes".lstrip("&"),
        "may_assign": may(request.user, "records.assign_others"),
    }  # fmt: skip
    return render(request, "market/market.html", lists.context(request, UNIT_TABLE, asked, **said))


@require_GET
@page
def points(request: HttpRequest) -> HttpResponse:
    """The map's points under the same filters."""
    asked = lists.query_of(UNIT_TABLE.seen_by(request.user), request.GET)
    now = active()
    found = numbers.points(UNIT_TABLE.rows(request), asked, now.playbook, house_today(), request.user)
    noted(request, "accounts.list", "account", part="map", query=asked.query_string(after=None), rows=len(found))
    return JsonResponse({"units": found, "territories": list(now.playbook.territories.names)})


@require_GET
@page
def capacity(request: HttpRequest) -> HttpResponse:
    """How full each tier is, and the lowest-scored beyond its range: a proposal, never a demotion."""
    book, table = active().playbook, UNIT_TABLE.seen_by(request.user)
    rows = table.rows(request).exclude(programme__in=("federal", "psychiatric"))
    found = tiers.capacity(book, numbers.capacity_rows(rows))
    ids = [key for tier in found for key in tier["review"][:200]]
    named = {row.id: row for row in rows.filter(pk__in=ids).select_related("owner")}
    for tier in found:
        tier["rows"] = [named[key] for key in tier["review"][:200] if key in named]
    noted(request, "accounts.list", "account", part="capacity", rows=sum(len(tier["rows"]) for tier in found))
    over = [tier for tier in found if tier["state"] == "over"]
    said = {"tiers": found, "over": over, "entries": book.tiers.tiers, "stage": book.tiers.stage, "place": "market",
            "windows": windows_by_month(house_today())}  # fmt: skip
    return render(request, "market/capacity.html", said)


def windows_by_month(on: date) -> dict[int | None, dict[str, str]]:
    """Fiscal-year-end month → state and words of its budget window, for rows to look up."""
    book = active().playbook
    found = {month: budget.window(book, month, on) for month in (None, *range(1, 13))}
    return {month: {"state": w.state, "says": _says(w)} for month, w in found.items()}


def _says(window: budget.BudgetWindow) -> str:
    if window.state == "open" and window.closes:
        return f"Open to {window.closes.day} {window.closes:%b}"
    return "Year-end unknown" if window.opens is None else f"In {window.days_to_open} days"


def _less(query: Query, *fields: str) -> str:
    return numbers.without(query, *fields).query_string(after=None, view="")


def _with(query: Query, fields: tuple[str, ...], *conditions: str) -> str:
    """The address of this market with `conditions` in place of those on `fields`."""
    rest = _less(query, *fields)
    return "?" + "&".join([part for part in (rest, *(urlencode({"f": c}) for c in conditions)) if part])


def _standing(query: Query, field: str) -> tuple[str, ...]:
    return next((c.values for c in query.every if c.field.name == field and c.op == "is"), ())


def _matrix(cells: dict[tuple[str, int], int], query: Query) -> dict[str, Any]:
    fit, tier = _standing(query, "fit"), _standing(query, "tier")
    shown = []
    for grade in GRADES:
        line = []
        for number in TIERS:
            on = fit == (grade,) and tier == (str(number),)
            url = _with(query, ("fit", "tier")) if on else _with(query, ("fit", "tier", "whitespace"), f"tier.is.{number}", f"fit.is.{grade}")
            line.append({"value": cells.get((grade, number), 0), "href": url, "on": on})
        shown.append({"grade": grade, "cells": line})
    return {"columns": ["Tier 1", "Tier 2", "Tier 3", "None"], "rows": shown, "top": max(cells.values(), default=0)}


def _bars(rows: Any, query: Query, request: HttpRequest, on: date) -> list[dict[str, Any]]:
    counts = numbers.windows(rows, query, active().playbook, on, request.user)
    now, whole = _standing(query, "window"), sum(counts.values())
    return [{"label": word, "value": counts[state], "of": whole, "tone": TONES[state], "on": now == (state,),
             "href": _with(query, ("window",)) if now == (state,) else _with(query, ("window", "whitespace"), f"window.is.{state}")}
            for state, word in windows()]  # fmt: skip


def _legends(cells: dict[tuple[str, int], int], bars: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """What the dots are in each mode of the map, with counts. Territories carry their names on the map itself."""

    def counted(place: int, value: Any) -> int:
        return sum(count for key, count in cells.items() if key[place] == value)

    words = {1: "Tier 1", 2: "Tier 2", 3: "Tier 3", 0: "None"}
    tier = [{"word": words[n], "key": f"k{n}", "count": counted(1, n)} for n in TIERS]
    fit = [{"word": f"Fit {g}", "key": key, "count": counted(0, g)} for g, key in zip("ABC", ("k1", "k2", "k3"), strict=True)]
    fit.append({"word": "D or unknown", "key": "k0", "count": sum(cells.values()) - sum(one["count"] for one in fit)})
    window = [{"word": b["label"], "key": key, "count": b["value"]} for b, key in zip(bars, ("k1", "k2", "k0", "k0"), strict=True)]
    return [{"of": "tier", "lines": tier}, {"of": "fit", "lines": fit}, {"of": "window", "lines": window}]
