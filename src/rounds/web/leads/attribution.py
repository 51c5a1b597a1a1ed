"""Which channels bring leads, deals and money (LEAD-28)."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from rounds.access.allowed import need_to_read
from rounds.analytics.leads.attribution import MEASURES, Attributed, attributed, figures_of, since_of
from rounds.kit.clock import now
from rounds.models.flow.active import active
from rounds.rules.attribution import MODELS
from rounds.web.doors import noted, page

STRETCHES = {"90": "90 days", "180": "180 days", "365": "A year"}
MONEY = ("amount", "won")


@require_GET
@page
def show(request: HttpRequest) -> HttpResponse:
    """The channels by five readings of one measure; every reading sums to the same total."""
    need_to_read(request.user, "lead")
    noted(request, "leads.attribution", "lead")
    measure, stretch = request.GET.get("of", ""), request.GET.get("days", "")
    measure, stretch = measure if measure in MEASURES else "leads", stretch if stretch in STRETCHES else "365"
    held, at = active(), now()
    found = attributed(request.scope, held.playbook, measure, since_of(int(stretch), at), at)
    rows = [{"line": line, "cells": [(model, line.credit[model]) for model in MODELS], "share": 100 * line.credit["linear"] / found.total if found.total else 0}
            for line in found.lines]  # fmt: skip
    shown = {"place": "leads", "found": found, "rows": rows, "models": list(MODELS.values()), "measure": measure, "measures": MEASURES, "stretch": stretch,
             "stretches": STRETCHES, "money": measure in MONEY, "finding": says(found, measure), "number": held.number,
             "figures": figures_of(held.playbook)}  # fmt: skip
    return render(request, "leads/attribution.html", shown)


def says(found: Attributed, measure: str) -> str:
    """The finding: who leads, and by which share."""
    if not found.lines or not found.total:
        return {"leads": "No lead in this stretch yet", "deals": "No lead of this stretch has become a deal yet",
                "amount": "No deal of this stretch has an amount yet", "won": "No deal of this stretch is won yet"}[measure]  # fmt: skip
    top = found.lines[0]
    return f"{top.title} {'bring' if top.title.endswith('s') else 'brings'} {round(100 * top.credit['linear'] / found.total)}% of {MEASURES[measure].lower()}"
