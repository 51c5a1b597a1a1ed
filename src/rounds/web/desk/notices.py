"""What the viewer was told: the bell's page, reading, and how one wishes to be told."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from rounds.access.roles import role_of
from rounds.actions.desk import notifications
from rounds.kit.clock import now
from rounds.kit.pages import own_page
from rounds.models import Notification
from rounds.models.flow.active import active
from rounds.web.doors import page

LATEST = 100
ICONS = {"lead": "inbox", "task": "circle-check", "clock": "alarm-clock", "work": "layers", "automation": "workflow",
         "approval": "gavel", "delivery": "send"}  # fmt: skip
WORDS = {"off": "Not at all", "app": "Here only", "digest": "Here, and by mail in the morning", "mail": "Here, and by mail at once"}


@require_GET
@page
def index(request: HttpRequest) -> HttpResponse:
    """What is new, and below it what was read."""
    rows = [_worded(row) for row in notifications.own(request.user, request.scope).order_by("-at")[:LATEST]]
    new = [row for row in rows if row.read_at is None]
    said = {"new": new, "read": [row for row in rows if row.read_at], "count": sum(row.count for row in new),
            "toast": request.session.pop("toast", None), "place": "notices"}  # fmt: skip
    return render(request, "desk/notices.html", said)


@require_POST
@page
def opening(request: HttpRequest, key: UUID) -> HttpResponse:
    """Read one and go where it leads."""
    row = notifications.own(request.user, request.scope).filter(pk=key).first()
    if row is None:
        raise Http404
    notifications.read(request.user, [row.pk], at=now())
    return redirect(own_page(notifications.place(row, active().playbook.notifications.kind(row.kind)), "/notices/"))


@require_POST
@page
def reading(request: HttpRequest) -> HttpResponse:
    """Mark those named read, or all; with `undo` those named unread again."""
    keys = [key for text in request.POST.getlist("ids") for key in text.split(",") if key]
    rows = [UUID(key) for key in keys if _is_key(key)] or None
    if request.POST.get("undo"):
        notifications.unread(request.user, rows or [], at=now())
    else:
        read = notifications.read(request.user, rows, at=now())
        request.session["toast"] = {"text": f"{read} read", "undo": ""}
    return redirect("/notices/")


@require_http_methods(["GET", "POST"])
@page
def wishes(request: HttpRequest) -> HttpResponse:
    """How one is told of each kind. Customers are told nothing here."""
    if role_of(request.user).audience != "staff":
        raise Http404
    said = active().playbook.notifications
    chosen = {kind: how for (_, kind), how in notifications.ways([request.user.pk]).items()}
    if request.method == "POST":
        for kind in said.kinds:
            how = request.POST.get(kind, "")
            if how and how != chosen.get(kind, said.kinds[kind].how):
                notifications.choose(request.user, kind, how, by=request.user.actor, at=now())
        request.session["toast"] = {"text": "Kept", "undo": ""}
        return redirect("/me/notices/")
    kinds = [{"code": code, "title": kind.title, "icon": _icon(code), "how": chosen.get(code, kind.how), "usual": WORDS[kind.how],
              "own": code in chosen} for code, kind in said.kinds.items()]  # fmt: skip
    shown: dict[str, Any] = {"kinds": kinds, "words": WORDS.items(), "digest": said.digest, "mails": bool(settings.MAIL),
                             "toast": request.session.pop("toast", None), "place": "me"}  # fmt: skip
    return render(request, "desk/notice_wishes.html", shown)


def _worded(row: Notification) -> Notification:
    row.says = notifications.words(row, active().playbook.notifications.kind(row.kind))
    row.icon = _icon(row.kind)
    return row


def _icon(kind: str) -> str:
    return ICONS.get(kind.partition(".")[0], "bell")


def _is_key(text: str) -> bool:
    try:
        UUID(text)
    except ValueError:
        return False
    return True
