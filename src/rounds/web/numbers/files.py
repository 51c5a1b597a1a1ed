"""A number as a file: its figures, or the rows behind it; who took what is on the record (SEC-08)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST

from rounds.access.allowed import need
from rounds.actions.trust import audit, exports
from rounds.analytics.numbers.asking import Asked
from rounds.analytics.numbers.live import Live
from rounds.documents import csv
from rounds.web.desk.exports import SCOPE
from rounds.web.doors import page
from rounds.web.numbers import shown, words
from rounds.web.numbers.number import question_of
from rounds.web.proof import proved


@require_POST
@page
@proved
def take(request: HttpRequest, name: str) -> HttpResponse:
    """`of`: figures (the number, its periods, its parts) or rows. Asks for a proof, the permission, and of many rows the reason."""
    need(request.user, "records.export")
    question, engine, at = question_of(request, name)
    of = "rows" if request.POST.get("of") == "rows" else "figures"
    heads, cells, ids = (_rows if of == "rows" else _figures)(request, question, engine, at)
    reason = exports.need_to_take(request.user, len(cells), request.POST.get("reason", ""))
    audit.note_file(f"number.{of}", by=request.user.actor, at=at, kind=question.metric.noun or "metric", form="csv", ids=ids, accounts=[],
                    reason=reason, scope=request.scope.hash, detail={"metric": name, "period": question.period.code})  # fmt: skip
    mark = exports.mark(request.user, request.scope.hash, at)
    body = "".join(csv.lines([*heads, SCOPE], ([*row, mark] for row in cells)))
    response = HttpResponse(body, content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}-{question.period.code}-{of}.csv"'
    return response


def _figures(request: HttpRequest, question: Asked, engine: Live, at: Any) -> tuple[list[str], list[list[Any]], list[UUID]]:
    found = question.answered(engine, at)
    names = words.named(found.by, [part.key for part in found.parts]) if found.parts else {}
    return ["What", "Number", "As shown", "n", "Told then", "Restated"], list(_lines(found, names)), []


def _lines(found: Any, names: dict[str, str]) -> Iterator[list[Any]]:
    for point in found.points:
        yield [point.period.title, _plain(point.now), point.now.says, point.now.n, _plain(point.told) if point.told else None, point.restated]
    for part in found.parts:
        yield [names[part.key], _plain(part.reading), part.reading.says, part.reading.n, None, False]


def _plain(reading: Any) -> float | None:
    return None if reading.value is None else float(reading.value)


def _rows(request: HttpRequest, question: Asked, engine: Live, at: Any) -> tuple[list[str], list[list[Any]], list[UUID]]:
    behind = question.rows(engine, at) if not question.metric.private else []
    known = words.records(request, question.metric, [row.id for row in behind])
    cells = [[row.id, known[row.id]["name"], shown.adds(question.metric, row), row.why.rstrip(", ")] for row in behind if row.id in known]
    return ["Id", "Record", "Adds", "Why"], cells, [UUID(cell[0]) for cell in cells]
