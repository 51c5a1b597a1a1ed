"""All numbers on one page: each with its value, its target and what it counts."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from rounds.access.allowed import reads
from rounds.analytics.numbers import period as periods
from rounds.analytics.numbers.answering import judge
from rounds.analytics.numbers.asking import USUAL
from rounds.analytics.numbers.definition import Metric
from rounds.analytics.numbers.live import Live
from rounds.analytics.numbers.registry import metrics
from rounds.analytics.numbers.running import all_at_once
from rounds.kit.clock import now
from rounds.models.flow.active import active
from rounds.web.doors import noted, page
from rounds.web.numbers.shown import paragraphs

GROUPS = (("Pipeline", ("opportunity",), ("open at", "closing in")), ("Winning", ("opportunity",), ()), ("Leads and accounts", ("lead", "account"), ()),
          ("Customers", ("customer",), ()), ("Work", ("task",), ()), ("Trust", ("",), ()))  # fmt: skip
"""Heading → the nouns of its metrics, and when they count; a metric stands in the first group that has it."""
KINDS = (("this-quarter", "This quarter"), ("last-quarter", "Last quarter"), ("this-month", "This month"), ("last-month", "Last month"), ("this-year", "This year"))


@require_GET
@page
def show(request: HttpRequest) -> HttpResponse:
    """Every metric of a period that the viewer's role reads. Three queries, however many metrics there are."""
    at, book = now(), active().playbook
    engine, said = Live(request.scope, book), request.GET.get("period") or USUAL
    period = periods.parse(said, book, periods.today(book, at))
    noted(request, "numbers.read", "metric", period=period.code)
    seen = [metric for metric in metrics().values() if not metric.noun or reads(request.user, metric.noun)]
    found = all_at_once(seen, period, engine, at)
    rows = [{"metric": one, "reading": found[one.name], "verdicts": judge(one, period, found[one.name], book), "about": paragraphs(one)} for one in seen]
    context = {
        "place": "numbers", "period": period, "groups": _grouped(rows), "finding": says(rows, period), "kept": engine.kept_since(),
        "periods": [{"name": word, "url": f"?period={code}", "current": code == said} for code, word in KINDS], "number": active().number,
    }  # fmt: skip
    return render(request, "numbers/index.html", context)


def says(rows: list[dict[str, Any]], period: periods.Period) -> str:
    """The finding: how many targets are met."""
    judged = [one.status for row in rows for one in row["verdicts"] if one.status != "no data"]
    if not judged:
        return f"{period.title} has no number with a target yet"
    return f"{judged.count('met')} of {len(judged)} targets are met in {period.title}"


def _grouped(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    left, found = list(rows), []
    for title, nouns, whens in GROUPS:
        mine = [row for row in left if _belongs(row["metric"], nouns, whens)]
        left = [row for row in left if row not in mine]
        found.append({"title": title, "rows": mine})
    found.append({"title": "Waiting for records", "rows": left})
    return [group for group in found if group["rows"]]


def _belongs(metric: Metric, nouns: tuple[str, ...], whens: tuple[str, ...]) -> bool:
    return not metric.waits and metric.noun in nouns and (not whens or metric.when in whens)
