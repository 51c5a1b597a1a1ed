"""A value edited where it stands: the field, the save, the conflict with both values, the toast with undo."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

CELL = "closest [data-edit-cell]"


@dataclass(frozen=True)
class Cell:
    """`value` is what the field edits and a form sends back as `was`; `shown` is what the page says.

    `save(value)` writes and answers the cell as it is then; `who()` names who changed it last and when; `page` is
    where a browser without script goes.
    """

    url: str
    label: str
    value: str
    shown: str
    page: str
    save: Callable[[str], Cell]
    who: Callable[[], tuple[str, datetime | None]]
    choices: Sequence[tuple[str, str]] | None = None
    type: str = "text"


def answer(request: HttpRequest, cell: Cell) -> HttpResponse:
    """GET: the field. POST `value` and `was`: saved, or 409 with both values when `was` is not what stands there.

    `?take=1` keeps theirs; `?to=…` is a value in the address, as undo and "keep mine" send it.
    """
    if request.method == "GET":
        return render(request, "lists/cell_form.html", {"cell": cell})
    if request.GET.get("take"):
        return render(request, "lists/cell.html", {"cell": cell})
    value = request.POST.get("value", request.GET.get("to", ""))
    was = request.POST.get("was", request.GET.get("was", ""))
    if was != cell.value and value != cell.value:
        return _conflict(request, cell, value)
    before, fresh = cell.value, cell.save(value)
    undo = f"{cell.url}?{urlencode({'to': before, 'was': fresh.value, 'undo': 1})}" if before != fresh.value else ""
    if not request.htmx or request.GET.get("undo"):
        request.session["toast"] = {"text": f"{cell.label} set to {fresh.shown or 'nothing'}", "undo": ""}
        return HttpResponse(status=204, headers={"HX-Redirect": cell.page}) if request.htmx else _see(cell.page)
    return render(request, "lists/cell.html", {"cell": fresh, "undo": undo, "changed": before != fresh.value})


def _conflict(request: HttpRequest, cell: Cell, value: str) -> HttpResponse:
    who, when = cell.who()
    said = {"cell": cell, "yours": value, "who": who or "Somebody", "when": when,
            "keep": f"{cell.url}?{urlencode({'to': value, 'was': cell.value})}", "take": f"{cell.url}?take=1"}  # fmt: skip
    response = render(request, "lists/cell_conflict.html", said, status=409)
    response["HX-Retarget"], response["HX-Reswap"] = CELL, "innerHTML"
    return response


def _see(url: str) -> HttpResponse:
    return HttpResponse(status=303, headers={"Location": url})
