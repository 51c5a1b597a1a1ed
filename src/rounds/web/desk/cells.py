"""A value edited where it stands: the field, the save, the conflict with both values, the toast with undo."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from rounds.kit import keys

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
    suggest: str = ""
    """Where what is typed is completed; then `typed` is what the field shows in place of the value."""
    typed: str = ""


def answer(request: HttpRequest, cell: Cell) -> HttpResponse:
    """GET: the field. POST `value` and `was`: saved, or 409 with both values when `was` is not what stands there.

    `?take=1` keeps theirs. Undo and "keep mine" send both values as one sealed word, `?back=…`: an address is written
    down in logs, and a telephone number has no business there.
    """
    if request.method == "GET":
        return render(request, "lists/cell_form.html", {"cell": cell})
    if request.GET.get("take"):
        return render(request, "lists/cell.html", {"cell": cell})
    if back := request.GET.get("back"):
        value, was, undone = _unsealed(back, request, cell)
    else:
        value, was, undone = request.POST.get("value", ""), request.POST.get("was", ""), False
    if was != cell.value and value != cell.value:
        return _conflict(request, cell, value)
    before, fresh = cell.value, cell.save(value)
    undo = _sealed(request, cell, before, fresh.value, undo=True) if before != fresh.value else ""
    if not request.htmx or undone:
        request.session["toast"] = {"text": f"{cell.label} set to {fresh.shown or 'nothing'}", "undo": ""}
        return HttpResponse(status=204, headers={"HX-Redirect": cell.page}) if request.htmx else _see(cell.page)
    return render(request, "lists/cell.html", {"cell": fresh, "undo": undo, "changed": before != fresh.value})


def _conflict(request: HttpRequest, cell: Cell, value: str) -> HttpResponse:
    who, when = cell.who()
    said = {"cell": cell, "yours": value, "who": who or "Somebody", "when": when,
            "keep": _sealed(request, cell, value, cell.value), "take": f"{cell.url}?take=1"}  # fmt: skip
    response = render(request, "lists/cell_conflict.html", said, status=409)
    response["HX-Retarget"], response["HX-Reswap"] = CELL, "innerHTML"
    return response


def _sealed(request: HttpRequest, cell: Cell, to: str, was: str, *, undo: bool = False) -> str:
    """The address that sets the cell to `to`, for this viewer and this cell alone."""
    said = keys.ring().seal(json.dumps([to, was, undo]), f"cell {cell.url} {request.user.id}")
    return f"{cell.url}?{urlencode({'back': said})}"


def _unsealed(back: str, request: HttpRequest, cell: Cell) -> tuple[str, str, bool]:
    """What `_sealed` sealed. Raises Http404 for what it did not."""
    try:
        to, was, undo = json.loads(keys.ring().open(back, f"cell {cell.url} {request.user.id}"))
    except keys.KeyMissing:
        raise Http404 from None
    return to, was, undo


def _see(url: str) -> HttpResponse:
    return HttpResponse(status=303, headers={"Location": url})
