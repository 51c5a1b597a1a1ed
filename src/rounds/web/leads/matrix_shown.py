"""The matrix of band and qualification, with the two corners that ask for an act."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from rounds.access.allowed import need_to_read
from rounds.access.scope import visible
from rounds.analytics.leads import qualified
from rounds.kit.clock import now
from rounds.models import Lead
from rounds.models.flow.active import active
from rounds.models.leads.leads import CLOSED
from rounds.web.doors import noted
from rounds.web.leads.sheet_shown import WORDS

BANDS = ("hot", "warm", "cold", "unqualified")
TO_LEADS = "/leads/?f=status.not.Disqualified,Converted"


def whole(request: HttpRequest) -> dict[str, Any]:
    """Everything the page needs. That it was read is noted."""
    need_to_read(request.user, "lead")
    noted(request, "leads.matrix", "lead")
    book, open_leads = active().playbook, visible(Lead, request.scope).exclude(status__in=CLOSED)
    counted = qualified.matrix(open_leads)
    hot = sum(n for (band, bant), n in counted.items() if band == "hot" and bant != "met")
    cold = sum(n for (band, bant), n in counted.items() if band in ("cold", "unqualified") and bant == "met")
    rows = [{"label": band.capitalize(), "cells": [
        {"value": counted.get((band, state), 0), "href": f"{TO_LEADS}&f=band.is.{band}&f=bant.is.{state}",
         "on": (band == "hot" and state in ("not_met", "unknown")) or (band in ("cold", "unqualified") and state == "met")}
        for state in qualified.STATES]} for band in BANDS]  # fmt: skip
    rates = qualified.pass_rates(request.scope, book, at=now())
    return {
        "place": "leads", "finding": says(hot, cold), "rows": rows, "columns": [WORDS[state] for state in qualified.STATES],
        "top": max(counted.values(), default=0), "total": sum(counted.values()), "hot": hot, "cold": cold,
        "to_hot": f"{TO_LEADS}&f=band.is.hot&f=bant.not.met", "to_cold": f"{TO_LEADS}&f=band.is.cold,unqualified&f=bant.is.met",
        "rates": rates, "now_reading": book.qualification.reading, "expected": book.qualification.expected,
        "ways": qualified.ways(request.scope), "number": active().number,
    }  # fmt: skip


def says(hot: int, cold: int) -> str:
    """The finding: the two corners."""
    parts = []
    if hot:
        parts.append(f"{hot:,} hot {'lead is' if hot == 1 else 'leads are'} not qualified")
    if cold:
        parts.append(f"{cold:,} qualified {'one is' if cold == 1 else 'ones are'} cold")
    return ", ".join(parts) or "Score and qualification agree"
