"""Sequences: all of them with what came of each, and one as a page: its steps, its rules, its numbers, who is in it."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from rounds.access.allowed import may, need
from rounds.access.scope import visible
from rounds.analytics.reach import sequences as told
from rounds.models import Enrolment
from rounds.models.flow.active import active
from rounds.rules.reach.rates import rate
from rounds.web.doors import noted, page
from rounds.web.reach import sequence_shown as shown
from rounds.web.reach.enrolment_table import gather
from rounds.web.reach.enrolment_words import state_of

FEW = 12
"""Enrolments shown on a sequence's page; the list has them all."""


@require_GET
@page
def index(request: HttpRequest) -> HttpResponse:
    """Every sequence: who is in it, what went, what came of it, and of a draft what it misses."""
    need(request.user, "playbook.read")
    held = active()
    rows = shown.listed(held.playbook, told.lines(request.scope))
    noted(request, "sequences.list", "sequence", rows=len(rows))
    said = {"place": "sequences", "rows": rows, "finding": shown.titled(rows), "active": held, "may_enrol": may(request.user, "sequences.enrol")}
    return render(request, "reach/sequences/list.html", said)


@require_GET
@page
def show(request: HttpRequest, code: str) -> HttpResponse:
    """One sequence whole."""
    need(request.user, "playbook.read")
    held = active()
    sequence = held.playbook.sequences.get(code)
    if sequence is None:
        raise Http404
    noted(request, "sequence.read", "sequence", code=code)
    return render(request, "reach/sequences/one.html", {**_numbers(request, code), **_words(code), "active": held, "code": code, "sequence": sequence,
                                                        "place": "sequences", "may_enrol": may(request.user, "sequences.enrol")})  # fmt: skip


def _words(code: str) -> dict[str, Any]:
    book = active().playbook
    sequence, file = book.sequences[code], f"sequences/{code}.yaml"
    return {"rules": shown.rules_of(book, sequence), "missing": shown.missing(book, code, shown.findings_of(book)), "file": file,
            "sends": sum(step.sends for step in sequence.steps)}  # fmt: skip


def _numbers(request: HttpRequest, code: str) -> dict[str, Any]:
    book, scope = active().playbook, request.scope
    steps = told.steps(code, scope, book.reach.trial)
    by_segment, by_tier = told.by_part(code, scope, "segment"), told.by_part(code, scope, "tier")
    whole = told.lines(scope).get(code, told.Line())
    rows = list(visible(Enrolment, scope).filter(sequence=code).select_related("account", "lead", "contact", "sender").order_by("-at")[:FEW])
    gather(rows)
    return {"line": whole, "steps": shown.timeline(book, book.sequences[code], steps), "parts": shown.parts(by_segment, by_tier),
            "answered": rate(whole.answered, whole.enrolled, book.reach.trial), "met": rate(whole.meetings, whole.enrolled, book.reach.trial),
            "rows": [(row, state_of(row)) for row in rows]}  # fmt: skip
