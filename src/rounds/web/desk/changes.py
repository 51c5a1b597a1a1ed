"""Changes of many rows: asked and previewed, done at once or by the worker with its progress, undone whole."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from rounds.access.allowed import may, need, need_to_write, own_to_write
from rounds.actions.desk import changes
from rounds.kit.clock import now
from rounds.models import Batch
from rounds.web import lists
from rounds.web.desk.exports import ordered
from rounds.web.doors import page


@require_POST
@page
def preview(request: HttpRequest, noun: str, code: str) -> HttpResponse:
    """What would be done to how many rows, the first of them by name; asks for what the act needs. Writes nothing."""
    table = lists.table_of(noun, request.user)
    act = _act(table, code)
    need_to_write(request.user, table.object)
    if act.needs:
        need(request.user, act.needs)
    rows, query = _selected(request, table)
    total = rows.count()
    if not total:
        raise changes.NothingChosen
    said = {"spec": table, "act": act, "fields": act.fields(request), "total": total, "first": list(rows[:6]),
            "more": max(total - 6, 0), "query": request.POST.get("query", ""), "all": request.POST.get("all", ""),
            "ids": request.POST.getlist("ids"), "back": f"{table.url}?{query or 'f='}",
            "place": f"{noun}s", "ahead": act.ahead(request, rows) if act.ahead else None}  # fmt: skip
    return render(request, "desk/change_preview.html", said)


@require_POST
@page
def begin(request: HttpRequest, noun: str, code: str) -> HttpResponse:
    """Do it: at once for a chunk of rows or fewer, else by the worker while the person goes on."""
    table = lists.table_of(noun, request.user)
    act = _act(table, code)
    need_to_write(request.user, table.object)
    if act.needs:
        need(request.user, act.needs)
    rows, _ = _selected(request, table)
    at, by = now(), request.user.actor
    batch = changes.begin(code, list(rows.values_list("pk", flat=True)), request.POST.dict(), by=by, at=at)
    if batch.rows <= changes.CHUNK:
        changes.carry_on(batch, by=by, at=at)
    else:
        changes.defer(batch)
    return redirect(f"/changes/{batch.id}/")


@require_GET
@page
def show(request: HttpRequest, key: UUID) -> HttpResponse:
    """How far a change is; when it is done, what was refused and why, and its undo."""
    batch = _batch(request, key)
    detail = batch.detail
    table = lists.TABLES.get(detail["act"].split(".")[0])
    said = {"batch": batch, "detail": detail, "spec": table, "place": f"{table.key}s" if table else "",
            "handled": detail["done"] + detail["same"] + detail["refused_count"],
            "poll": "" if batch.finished_at else request.path}  # fmt: skip
    return render(request, "desk/change_progress.html" if request.htmx else "desk/change.html", said)


@require_POST
@page
def undo(request: HttpRequest, key: UUID) -> HttpResponse:
    """Give every row its value back, except those somebody changed since."""
    batch = _batch(request, key)
    need_to_write(request.user, batch.detail["act"].split(".")[0])
    back, left = changes.undo(batch, by=request.user.actor, at=now())
    request.session["undone"] = [str(batch.id), back, left]
    return redirect(f"/changes/{batch.id}/")


@require_POST
@page
def stop(request: HttpRequest, key: UUID) -> HttpResponse:
    """Stop after the chunk that is running."""
    batch = _batch(request, key)
    need_to_write(request.user, batch.detail["act"].split(".")[0])
    changes.stop(batch, at=now())
    return redirect(f"/changes/{key}/")


def _act(table: lists.Table, code: str) -> lists.Act:
    act = next((act for act in table.acts if act.code == code), None)
    if act is None:
        raise Http404
    return act


def _selected(request: HttpRequest, table: lists.Table) -> tuple[Any, str]:
    """The rows a form means, in the list's order: those ticked, or all that match its filters; and its query."""
    text = request.POST.get("query", "")[:4000]
    query = lists.query_of(table, QueryDict(text))
    mine = table.rows(request).filter(own_to_write(request.user, table.object))
    if request.POST.get("all") == "1":
        return ordered(mine, query, request.user), text
    ids = []
    for key in request.POST.getlist("ids")[:5000]:
        try:
            ids.append(UUID(key))
        except ValueError:
            continue
    return mine.filter(pk__in=ids).order_by("pk"), text


def _batch(request: HttpRequest, key: UUID) -> Batch:
    """One's own change (an admin's eyes see all), else 404."""
    batch = Batch.objects.filter(pk=key, kind__startswith="change:").first()
    if batch is None or (batch.by_id != request.user.id and not may(request.user, "people.manage")):
        raise Http404
    return batch
