"""Territories as a grid of states: moved in the draft, with the map, the findings and what it would do."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from rounds.access.allowed import may, need
from rounds.access.scope import visible
from rounds.actions.flow import drafts
from rounds.analytics.flow.territories import effect
from rounds.kit.clock import now
from rounds.models import Account, Lead
from rounds.playbook.states import STATES
from rounds.rules.routing.territory import placed
from rounds.web.doors import noted, page
from rounds.web.flow.drafts import mine
from rounds.web.flow.playbook import frame

HERE = "/playbook/territories/"


@require_http_methods(["GET", "POST"])
@page
def show(request: HttpRequest) -> HttpResponse:
    """The table in force beside the draft's. A POST moves states in the draft; nothing is in force before it is published."""
    need(request.user, "playbook.read")
    if request.method == "POST":
        need(request.user, "playbook.draft")
        drafts.place_states(mine(request), _asked(request), at=now())
        if not request.htmx:
            return redirect(HERE)
    said = _shown(request)
    return render(request, "flow/territories/effect.html" if request.htmx else "flow/territories/page.html", said)


def _asked(request: HttpRequest) -> dict[str, str]:
    """The states whose place differs from what the grid was drawn with."""
    said = {name[2:]: value for name, value in request.POST.items() if name.startswith("s.")}
    was = {name[4:]: value for name, value in request.POST.items() if name.startswith("was.")}
    return {state: place for state, place in said.items() if place != was.get(state)}


def _shown(request: HttpRequest) -> dict[str, Any]:
    shown = frame(request, "Territories")
    book, draft = shown["active"].playbook, shown["draft"]
    tried, said = drafts.findings(draft) if draft is not None else (book, shown["found"])
    after = tried if tried is not None else book
    found = effect(book, after, visible(Account, request.scope), visible(Lead, request.scope))
    noted(request, "what_if.read", part="territories", rows=found.leads_moved + found.accounts_moved)
    places, was = placed(after), {state: one.territory or "" for state, one in placed(book).items()}
    names = list(after.territories.names)
    rows = [{"code": code, "name": name, "place": places[code].territory or "", "moved": (places[code].territory or "") != was[code],
             "why": places[code].why, "cells": [(one, one == (places[code].territory or "")) for one in (*names, "")]}
            for code, name in STATES.items()]  # fmt: skip
    errors = [one for one in said if one.severity == "error"]
    return shown | {
        "rows": rows, "names": names, "effect": found, "table": after.territories.table, "errors": errors,
        "said": [one for one in said if one.file == drafts.TERRITORIES], "touched": draft is not None and bool(draft.files),
        "picture": {"states": [[row["name"], row["place"], row["moved"]] for row in rows], "territories": names},
        "may_try": may(request.user, "playbook.draft"), "stale": draft is not None and draft.base_hash != shown["active"].hash,
        "next_number": shown["active"].number + 1,
    }  # fmt: skip
