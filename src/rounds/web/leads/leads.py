"""The list of leads and the preview of one."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from rounds.models.flow.active import active
from rounds.rules.scoring import scorer
from rounds.web import lists
from rounds.web.doors import page
from rounds.web.leads.table import TABLE


@require_GET
@page
def index(request: HttpRequest) -> HttpResponse:
    """The leads one may see, under filters, views and sorts that are all in the address."""
    asked = lists.ask(request, TABLE)
    if isinstance(asked, HttpResponse):
        return asked
    whole = scorer(active().playbook, "lead_fit").fit_weight
    return render(request, "leads/list.html", lists.context(request, TABLE, asked, fit_whole=whole))
