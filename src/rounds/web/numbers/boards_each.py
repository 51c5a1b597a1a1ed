"""The people of a dashboard as its table shows them: who sells, by name, with each of their numbers."""

from __future__ import annotations

from typing import Any

from rounds.analytics.numbers.each import BY, each
from rounds.models import User
from rounds.models.flow.active import active
from rounds.web.numbers import words
from rounds.web.numbers.boards_asked import Asked


def table(one: Asked) -> dict[str, Any] | None:
    """Heads and rows of the table; None where the dashboard has none. People who do not sell are left out: a lead they answered makes no
    seller of them."""
    if not one.board.each:
        return None
    found = each(one.board, one.question, one.engine, one.at, unread=one.unread)
    selling = {str(key) for key in User.objects.filter(pk__in=[key for key, _ in found.rows], role__in=words.sellers(active().playbook)).values_list("pk", flat=True)}
    names = words.named(BY, [key for key, _ in found.rows])
    rows = [{"name": names[key], "url": f"/dashboards/rep/?{one.address(owner=key)}", "cells": [_cell(reading) for reading in said]} for key, said in found.rows if key in selling]
    heads = [{"title": metric.title, "about": " ".join(metric.about.split()), "url": one.number(metric) + f"&by={BY}"} for metric in found.metrics]
    return {"heads": heads, "rows": sorted(rows, key=lambda row: row["name"]), "period": one.question.period.title}


def _cell(reading: Any) -> dict[str, Any]:
    known = reading is not None and reading.value is not None
    return {"says": reading.short if known else "", "why": "" if known else reading.says if reading is not None else "No data", "n": reading.n if known else 0}
