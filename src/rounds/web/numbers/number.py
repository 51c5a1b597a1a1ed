"""The page of one number: what it is, how it went, what it is made of, and why."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from rounds.access.allowed import need_to_read
from rounds.analytics.numbers import period as periods
from rounds.analytics.numbers.asking import Asked, asked
from rounds.analytics.numbers.live import Live
from rounds.analytics.numbers.registry import metrics
from rounds.kit.clock import now
from rounds.models.flow.active import active
from rounds.web.doors import noted, page
from rounds.web.numbers import shown, words

SHOWN = 25
"""Rows behind the number on the page; the file has them all."""


@require_GET
@page
def show(request: HttpRequest, name: str) -> HttpResponse:
    """One metric for a period, under the filters of the address."""
    question, engine, at = question_of(request, name)
    found = question.answered(engine, at)
    rows = question.rows(engine, at, SHOWN)
    noted(request, "number.read", "metric", metric=name, period=question.period.code)
    known = words.records(request, question.metric, [row.id for row in rows])
    said = {
        "place": "numbers", "answer": found, "asked": question, "metric": found.metric, "finding": shown.finding(found), "about": shown.paragraphs(found.metric),
        "filters": _filters(question), "periods": _periods(question, at), "breakdowns": [(one, words.TITLES[one]) for one in found.metric.by],
        "trend": shown.trend(found), "points": shown.points(found), "parts": shown.parts(found, request.GET), "bars": shown.bars(found, request.GET),
        "rows": shown.rows(found.metric, rows, known), "many": SHOWN, "of": [metrics()[one] for one in found.metric.of],
        "part_targets": any(part.verdicts for part in found.parts), "beside": shown.beside(found), "kept": [(key, value) for key in request.GET for value in request.GET.getlist(key)],
        "mean": shown.mean(found), "number": active().number,
    }  # fmt: skip
    return render(request, "numbers/number.html", said)


def question_of(request: HttpRequest, name: str) -> tuple[Asked, Live, Any]:
    """What the address asks, the records as the viewer sees them, and when. Raises NotAllowed where their role does not read
    what the metric counts."""
    at, engine = now(), Live(request.scope, active().playbook)
    said = request.GET if request.method == "GET" else request.POST
    question = asked(name, {key: said.getlist(key) for key in said}, engine, at)
    if question.metric.noun:
        need_to_read(request.user, question.metric.noun)
    return question, engine, at


def _filters(question: Asked) -> list[dict[str, Any]]:
    book, held = active().playbook, dict(question.filters)
    return [{"name": one, "title": words.TITLES[one], "choices": words.choices(one, book), "value": (held.get(one) or ("",))[0]} for one in question.metric.filters]


def _periods(question: Asked, at: Any) -> list[tuple[str, str]]:
    """The periods one picks from: the last quarters, months and years, and the one asked for."""
    book = active().playbook
    today, found = periods.today(book, at), [question.period]
    for kind, many in (("quarter", 6), ("month", 6), ("year", 2), ("week", 4)):
        found += reversed(periods.trend(periods.containing(kind, today, book), book, many))
    return list({one.code: (one.code, one.title) for one in found}.values())
