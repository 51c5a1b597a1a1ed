"""A dashboard on paper: its numbers, what each is made of, what has no number and why, and what was asked. It names no record."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from rounds.access.roles import title_of
from rounds.models import User
from rounds.web.numbers.boards_asked import Asked, choices


def content(tiles: Sequence[dict[str, Any]], drawn: Sequence[dict[str, Any]], one: Asked) -> dict[str, Any]:
    """The tiles and what is drawn below them, as documents/report.py prints them."""
    below = {each["id"]: each for each in drawn}
    known = [each for each in tiles if each["state"] == "ok"]
    unknown = [[f"{each['title']}: {each['note'] or each['value']}."] for each in tiles if each["state"] != "ok"]
    beside = [[each["beside"]] for each in known if each["beside"]]
    parts = [_parts(each["title"], below[each["id"]]["bars"]) for each in known if below.get(each["id"], {}).get("bars")]
    sections = [
        {"title": "The numbers", "figures": [_figure(each, below.get(each["id"], {})) for each in known], "sentences": beside, "tables": []},
        {"title": "What they are made of", "figures": [], "sentences": [], "tables": parts},
        {"title": "Without a number", "figures": [], "sentences": unknown, "tables": []},
    ]
    filled = [each for each in sections if each["figures"] or each["sentences"] or each["tables"]]
    return {"title": f"{one.board.title} dashboard", "period": {"title": one.question.period.title}, "sections": filled}


def about(user: User, one: Asked) -> str:
    """Whose numbers they are, of which days, and which filters they rest on."""
    period, held = one.question.period, [f"{each['title']}: {word}" for each in choices(one) for value, word in each["choices"] if each["value"] and value == each["value"]]
    said = [f"As {user.name} ({title_of(user)}) may see it, {period.starts:%-d %b %Y} to {period.ends:%-d %b %Y}"]
    said += ["their own numbers"] if one.own else []
    said += [f"as the records stood on {one.question.as_of:%-d %b %Y}"] if one.question.as_of else []
    return ", ".join(said) + f". {'Only ' + '; '.join(held) if held else 'No filter'}. Made on {one.at:%-d %b %Y %H:%M} UTC."


def _figure(tile: dict[str, Any], below: dict[str, Any]) -> dict[str, Any]:
    apart = f", of everything, not by {', '.join(tile['apart'])}" if tile["apart"] else ""
    target = tile["targets"][0] if tile["targets"] else {"says": "", "word": ""}
    return {"title": f"{tile['title']}, {tile['note']}{apart}", "value": tile["full"], "says": tile["full"], "was": below.get("before", ""),
            "target": target["says"], "status": target["word"]}  # fmt: skip


def _parts(title: str, bars: Sequence[dict[str, Any]]) -> dict[str, Any]:
    return {"heads": [title, "Number", "n"], "rows": [{"cells": [each["name"], each["says"], f"{each['n']:,}"]} for each in bars], "left_out": 0}
