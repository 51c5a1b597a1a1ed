"""Quotas: a table of people and quarters, one by one or pasted."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods

from rounds.access.allowed import may, need, need_to_read
from rounds.access.people import whose_numbers
from rounds.access.scope import visible
from rounds.actions.numbers import quotas
from rounds.actions.numbers.quarters import quarter_said
from rounds.kit.clock import now
from rounds.kit.refusal import Refusal
from rounds.models import ForecastLock, Quota
from rounds.models.flow.active import active
from rounds.models.numbers.history import today
from rounds.rules.pipeline.quarters import around, quarter_of
from rounds.web.doors import noted, page
from rounds.web.numbers.forecast import back
from rounds.web.numbers.people import dollars_of


@require_http_methods(["GET", "POST"])
@page
def index(request: HttpRequest) -> HttpResponse:
    """Whose quotas one sees. POST sets one, or (`lines`) those that were pasted: all or none."""
    need_to_read(request.user, "opportunity")
    error = None
    if request.method == "POST":
        need(request.user, "quotas.manage")
        try:
            return back(request, "/forecast/quotas/", _set(request))
        except Refusal as refused:
            if refused.status != 422:
                raise
            error = refused
    return render(request, "numbers/quotas.html", {**_shown(request), "error": error, "lines": request.POST.get("lines", "")}, status=422 if error else 200)


def _set(request: HttpRequest) -> str:
    say, who, people = request.POST.get, {"by": request.user.actor, "at": now()}, whose_numbers(request.user)
    if say("lines") is not None:
        many = quotas.paste(say("lines", ""), people, **who)
        return f"{many} quotas set" if many != 1 else "1 quota set"
    owner = next((one for one in people if str(one.pk) == say("owner")), None)
    if owner is None:
        raise Http404
    span = quarter_said(say("quarter", ""), who["at"])
    quotas.set_quota(owner, span, dollars_of(request, "amount"), **who)
    return f"{owner.name}, {span.name}: set"


def _shown(request: HttpRequest) -> dict[str, Any]:
    """Four quarters of each person. Three queries."""
    book = active().playbook
    starts = book.signing_path.quarters.starts
    spans = around(quarter_of(today(book, now()), starts), 1, 4, starts)
    people = whose_numbers(request.user)
    rows = visible(Quota, request.scope).filter(ended_at=None, starts_on__in=[one.first for one in spans])
    found = {(row.owner_id, row.starts_on): row.cents for row in rows}
    locked = set(ForecastLock.objects.filter(starts_on__in=[one.first for one in spans]).values_list("starts_on", flat=True))
    noted(request, "quotas.list", rows=len(found))
    return {
        "place": "forecast", "spans": spans, "people": people, "may_quota": may(request.user, "quotas.manage"), "toast": request.session.pop("toast", None),
        "open": [span for span in spans if span.first not in locked],
        "table": [{"person": one, "cells": [{"cents": found.get((one.pk, span.first)), "locked": span.first in locked} for span in spans]} for one in people],
        "sums": [sum(cents for (_, first), cents in found.items() if first == span.first) for span in spans], "set": len(found),
    }  # fmt: skip
