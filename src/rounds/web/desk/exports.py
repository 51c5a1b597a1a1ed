"""Exports of every list: the rows and columns as shown, as CSV or Excel; who took what is on the record."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from itertools import islice
from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.views.decorators.http import require_POST

from rounds.access.allowed import need
from rounds.actions.trust import audit, exports, phi_files
from rounds.documents import csv, xlsx
from rounds.kit.clock import now
from rounds.models.listing import Query
from rounds.models.listing.keys import Key
from rounds.web import lists
from rounds.web.doors import page
from rounds.web.proof import proved

CHUNK = 2_000
SCOPE = "Rounds scope"
"""The last column of every file: what its maker might see (a hash), who it was and when, so that a stray file is traced."""


@require_POST
@page
@proved
def export(request: HttpRequest, noun: str) -> HttpResponse:
    """The whole list under its filters, as a file. Asks for a proof, the permission and, of many rows, the reason."""
    need(request.user, "records.export")
    table = lists.table_of(noun, request.user)
    query = lists.query_of(table, QueryDict(request.POST.get("query", "")[:4000]))
    kind = "xlsx" if request.POST.get("as") == "xlsx" else "csv"
    rows, at = ordered(table.rows(request), query, request.user), now()
    reason = exports.need_to_take(request.user, rows.count(), request.POST.get("reason", ""))
    ids, accounts = exports.told(rows, noun)
    filters = query.query_string(after=None)
    audit.note_file(f"{noun}s.export", by=request.user.actor, at=at, kind=noun, form=kind, ids=ids, accounts=accounts,
                    reason=reason, scope=request.scope.hash, detail={"query": filters})  # fmt: skip
    said = {"Exported by": request.user.name, "At": at, "Rows": len(ids), "Filters": filters or "none",
            "Reason": reason or "none asked", SCOPE: request.scope.hash}  # fmt: skip
    return _file(request, table, query, rows, kind, said)


def _file(request: HttpRequest, table: lists.Table, query: Query, rows: QuerySet, kind: str, said: dict[str, Any]) -> HttpResponse:
    columns = table.chosen(query)
    heads = [*(column.label for column in columns), SCOPE]
    mark = exports.mark(request.user, request.scope.hash, said["At"])
    # Closed here: a cursor that a refusal leaves open is closed some time later, inside somebody else's transaction.
    with closing(_cells(rows, table, columns, mark)) as read:
        cells = phi_files.looked_through(read)
        if kind == "xlsx":
            body: Any = xlsx.book(lists.plural(table), heads, cells, said)
            response = HttpResponse(body, content_type="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
        else:
            response = HttpResponse("".join(csv.lines(heads, cells)), content_type="text/csv; charset=utf-8")
    name = f"{lists.plural(table)}-{said['At']:%Y-%m-%d}.{kind}"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


def ordered(rows: QuerySet, query: Query, viewer: Any) -> QuerySet:
    """Every row of a query in its order."""
    found = rows.filter(query.where(viewer))
    if query.listing.fetch:
        found = found.select_related(*query.listing.fetch)
    order = []
    for key in query.sort:
        order += Key.of(query.listing.fields[key.lstrip("-")], falling=key.startswith("-"), mixed=True).order
    return found.order_by(*order, "id")


def _cells(rows: QuerySet, table: lists.Table, columns: list[lists.Column], mark: str) -> Iterator[list[Any]]:
    found = rows.iterator(chunk_size=CHUNK)
    while chunk := list(islice(found, CHUNK)):
        if table.gather is not None:
            table.gather(chunk)
        for row in chunk:
            yield [*(column.value(row) for column in columns), mark]
