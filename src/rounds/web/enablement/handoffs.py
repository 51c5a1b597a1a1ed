"""Hand-offs: what waits for one's department, what one works on, what was given away."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from rounds.access.allowed import may_change, need_to_read, need_to_write, writes
from rounds.access.scope import visible
from rounds.actions.enablement import handoffs
from rounds.kit.clock import now
from rounds.kit.refusal import Refusal
from rounds.models import Account, HandOff, Opportunity
from rounds.models.flow.active import active
from rounds.web.doors import noted, one, page

MOST = 60


@require_http_methods(["GET", "POST"])
@page
def index(request: HttpRequest) -> HttpResponse:
    """The hand-offs one sees, those that wait for one's own department first. POST gives one."""
    need_to_read(request.user, "handoff")
    error, said = None, request.POST
    if request.method == "POST":
        need_to_write(request.user, "handoff")
        deal, account = _row(request, Opportunity, said.get("opportunity", "")), _row(request, Account, said.get("account", ""))
        try:
            row = handoffs.give(said.get("kind", ""), said.get("title", ""), note=said.get("note", ""), deal=deal, account=account,
                                by=request.user.actor, at=now())  # fmt: skip
            return redirect(f"/handoffs/{row.pk}/")
        except handoffs.HandOffRefused as refused:
            error = refused
    return render(request, "enablement/handoffs.html", {**_shown(request), "error": error, "given": said or request.GET}, status=422 if error else 200)


def _shown(request: HttpRequest) -> dict[str, Any]:
    book, at = active().playbook.handoffs, now()
    mine = book.of_role(request.user.role)
    rows = list(visible(HandOff, request.scope).select_related("owner", "account", "opportunity").order_by("accept_by")[:500])
    waiting = [row for row in rows if row.state == "waiting"]
    noted(request, "handoffs.list", rows=len(rows))
    return {
        "place": "handoffs", "at": at, "department": book.departments[mine].title if mine else "", "writable": writes(request.user, "handoff"),
        "ours": [_line(row, book, at) for row in waiting if row.to_department == mine],
        "others": [_line(row, book, at) for row in waiting if row.to_department != mine],
        "working": [_line(row, book, at) for row in rows if row.state == "accepted"],
        "over": [_line(row, book, at) for row in sorted(rows, key=lambda one: one.done_at or one.returned_at or one.at, reverse=True) if row.state in ("done", "returned")][:MOST],
        "late": sum(row.accept_by < at for row in waiting if row.to_department == mine), "book": book,
        "kinds": [(code, kind.title) for code, kind in book.kinds.items()], "total": len(rows),
    }  # fmt: skip


def _line(row: HandOff, book: Any, at: Any) -> dict[str, Any]:
    kind, names = book.kinds.get(row.kind), book.departments
    word = {code: said.title for code, said in names.items()}
    return {"row": row, "kind": kind.title if kind else row.kind, "from": word.get(row.from_department, row.from_department),
            "to": word.get(row.to_department, row.to_department), "late": row.state == "waiting" and row.accept_by < at}  # fmt: skip


@require_GET
@page
def show(request: HttpRequest, key: UUID) -> HttpResponse:
    """One hand-off."""
    return _one(request, one(request, HandOff, key, "owner", "account", "opportunity"))


def _one(request: HttpRequest, row: HandOff, error: Refusal | None = None) -> HttpResponse:
    book, at = active().playbook.handoffs, now()
    noted(request, "handoff.read", "handoff", row.pk)
    to = book.departments.get(row.to_department)
    said = {**_line(row, book, at), "place": "handoffs", "at": at, "url": f"/handoffs/{row.pk}/", "error": error, "asks": book.kinds[row.kind].asks if row.kind in book.kinds else "",
            "accepts": row.state == "waiting" and to is not None and (request.user.role in to.roles or request.user.role == "admin"),
            "writable": may_change(request.user, row)}  # fmt: skip
    return render(request, "enablement/handoff.html", said, status=error.status if error else 200)


@require_POST
@page
def acceptance(request: HttpRequest, key: UUID) -> HttpResponse:
    """Take it."""
    return _done(request, key, lambda row, by: handoffs.accept(row, request.user, **by))


@require_POST
@page
def sending_back(request: HttpRequest, key: UUID) -> HttpResponse:
    """It is not taken: what is missing is said."""
    return _done(request, key, lambda row, by: handoffs.send_back(row, why=request.POST.get("why", ""), **by))


@require_POST
@page
def completion(request: HttpRequest, key: UUID) -> HttpResponse:
    """It is done."""
    return _done(request, key, lambda row, by: handoffs.finish(row, outcome=request.POST.get("outcome", ""), **by))


def _done(request: HttpRequest, key: UUID, does: Callable[[HandOff, dict[str, Any]], Any]) -> HttpResponse:
    row = one(request, HandOff, key, "owner", "account", "opportunity")
    try:
        does(row, {"by": request.user.actor, "at": now()})
    except Refusal as refusal:
        if refusal.status != 422:
            raise
        return _one(request, row, refusal)
    return redirect(f"/handoffs/{key}/")


def _row(request: HttpRequest, model: type, said: str) -> Any:
    try:
        return one(request, model, UUID(said), to="read") if said else None
    except ValueError:
        return None
