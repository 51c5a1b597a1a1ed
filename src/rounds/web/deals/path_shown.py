"""The path to signature as a picture: bars over time, the wanted day, freezes, the months."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from rounds.models import Opportunity
from rounds.models.deals.signing import Signing, path_of
from rounds.models.flow.active import active
from rounds.rules.pipeline.path_says import says, tag

ICONS = {"late": "calendar-x", "soon": "calendar-clock", "ok": "calendar-check"}
NARROW, ROOMY = 4.5, 8.5
"""How far apart names of months stand, in percent: after a short one, after one with its year."""
ROOM = 0.03
"""How much of the width is left free at the right."""


def shown(deal: Opportunity, today: date) -> dict[str, Any]:
    """The plan of an open deal as the page draws it. Five queries."""
    book = active().playbook
    held = path_of(deal, book, today)
    state, word = tag(held.path, book.signing_path.quarters.starts)
    return {"path": held.path, "path_says": says(held.path), "path_tag": {"word": word, "css": f"s-{state}", "icon": ICONS[state]},
            "asked": held.asked, "path_days": held.path.wanted, "annual": held.annual, "changed": held.changed, "left_out": held.left_out,
            **_drawn(held, today)}  # fmt: skip


def _drawn(held: Signing, today: date) -> dict[str, Any]:
    path = held.path
    first = min([today, *(one.begins for one in path.planned if one.step.done_on is None)])
    last = max([path.signature, path.wanted, path.closes or path.wanted, first + timedelta(days=14)])
    span = max((last - first).days, 1) * (1 + ROOM)

    def at(day: date) -> float:
        return round(max(0.0, (day - first).days) / span * 100, 2)

    def bar(begins: date, ends: date) -> dict[str, float]:
        left = at(begins)
        return {"x": left, "w": max(round((max(0, (ends - first).days) + 1) / span * 100 - left, 2), 0.6)}

    steps = [{"one": one, "css": "done" if one.step.done_on else "long" if one.longest else "crit" if one.critical else "n",
              "dates": _dates(one.begins, one.ends) if one.step.done_on is None else "", **bar(one.begins, one.ends)}
             for one in sorted(path.planned, key=lambda one: (one.step.done_on is None, one.begins, one.ends))]  # fmt: skip
    freezes = [{"one": one, "dates": _dates(one.begins, one.ends), **bar(max(one.begins, first), one.ends)} for one in path.freezes]
    marks = [{"x": at(path.wanted), "css": "goal"}] if held.asked else []
    if path.closes:
        marks.append({"x": at(path.closes), "css": "year"})
    return {"steps": steps, "freezes": freezes, "marks": marks, "months": months_of(first, last, at), "grid": [m["x"] for m in months_of(first, last, at)[1:]]}


def months_of(first: date, last: date, at: Any) -> list[dict[str, Any]]:
    """The first of each month with its name; of the month one begins in, the beginning. Close ones are left out."""
    found, day = [{"x": 0.0, "word": f"{first:%b}"}], (first.replace(day=1) + timedelta(days=32)).replace(day=1)
    while day <= last:
        word = f"{day:%b}" if day.month > 1 else f"{day:%b} {day:%Y}"
        if at(day) - found[-1]["x"] >= (ROOMY if len(found[-1]["word"]) > 3 else NARROW):
            found.append({"x": at(day), "word": word})
        elif len(found) == 1:
            found[-1]["word"] = ""  # too near the beginning for two names
            found.append({"x": at(day), "word": word})
        day = (day + timedelta(days=32)).replace(day=1)
    return [one for one in found if one["x"] <= 94]


def _dates(begins: date, ends: date) -> str:
    """ "16 Nov – 4 Dec"."""
    return f"{begins:%-d %b} – {ends:%-d %b}" if begins != ends else f"{begins:%-d %b}"
