"""Exports of every list: the rows and columns as shown, as CSV or Excel; who took what is on the record."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import F, QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.views.decorators.http import require_POST

from rounds.access.allowed import need
from rounds.actions.trust import audit, exports, phi_files
from rounds.documents import csv, xlsx
from rounds.kit.clock import now
from rounds.models.listing import Query
from rounds.web import lists
from rounds.web.doors import page

SCOPE = "Rounds scope"
"""The last column of every file: the hash of what its maker might see, so that a stray file can be traced."""


@require_POST
@page
def export(request: HttpRequest, noun: str) -> HttpResponse:
    """The whole list under its filters, as a file."""
    need(request.user, "records.export")
    table = lists.table_of(noun, request.user)
    query = lists.query_of(table, QueryDict(request.POST.get("query", "")[:4000]))
    kind = "xlsx" if request.POST.get("as") == "xlsx" else "csv"
    rows, at = ordered(table.rows(request), query, request.user), now()
    total = rows.count()
    said = {"query": query.query_string(after=None), "rows": total, "as": kind}
    audit.note_read(f"{noun}s.export", by=request.user.actor, at=at, kind=noun, detail=said, scope=request.scope.hash)
    columns = table.chosen(query)
    heads = [*(column.label for column in columns), SCOPE]
    cells = phi_files.looked_through(_cells(rows, columns, exports.mark(request.user, request.scope.hash, said["At"])))
    if kind == "xlsx":
        about = {"Exported by": request.user.name, "At": at, "Rows": total, "Filters": said["query"] or "none",
                 SCOPE: request.scope.hash}  # fmt: skip
        body: Any = xlsx.book(lists.plural(table), heads, cells, about)
        response = HttpResponse(body, content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
    else:
        response = HttpResponse("".join(csv.lines(heads, cells)), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def ordered(rows: QuerySet, query: Query, viewer: Any) -> QuerySet:
    """Every row of a query in its order."""
    found = rows.filter(query.where(viewer))
    if query.listing.fetch:
        found = found.select_related(*query.listing.fetch)
    order = []
    for key in query.sort:
        path = F(query.listing.fields[key.lstrip("-")].path)
        order.append(path.desc(nulls_last=True) if key.startswith("-") else path.asc(nulls_last=True))
    return found.order_by(*order, "id")


def _cells(rows: QuerySet, columns: list[lists.Column], scope: str) -> Iterator[list[Any]]:
    for row in rows.iterator(chunk_size=2000):
        yield [*(column.value(row) for column in columns), scope]
