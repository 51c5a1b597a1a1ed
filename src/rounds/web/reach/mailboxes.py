"""One's own mailboxes: connected with a real try of the log-in, told whose mail is kept, stopped and ended."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from rounds.access.allowed import need
from rounds.actions.reach import calendars, mailboxes
from rounds.jobs.mailbox_providers import TITLES
from rounds.jobs.mailboxes import try_imap
from rounds.kit.clock import now
from rounds.kit.refusal import Refusal
from rounds.models import Mailbox
from rounds.models.flow.active import active
from rounds.web.doors import page

PLACE = "/me/mailboxes/"
STATES = {"working": "Read", "stopped": "Stopped", "broken": "Broken", "ended": "Ended"}


@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
@page
def index(request: HttpRequest) -> HttpResponse:
    """One's mailboxes, and the form of a new one by IMAP. POST: log in once; connect it only where that works."""
    need(request.user, "mailboxes.connect")
    me, error = request.user, None
    if request.method == "POST":
        try:
            said = _settings(request)
            password = request.POST.get("password", "")
            address = request.POST.get("address", "")
            mailboxes.imap_settings(said)
            try_imap(said, address.strip(), password)
            row = mailboxes.connect(me, kind="imap", address=address, settings=said, secret=password, keep=request.POST.get("keep", "known"),
                                    never=_lines(request), by=me.actor, at=now())  # fmt: skip
            return _back(request, f"{PLACE}{row.pk}/", f"{row.address} is connected; its mail is read from now on")
        except Refusal as refusal:
            error = refusal
    rows = list(me.mailboxes.exclude(state="ended").order_by("-at"))
    said = {"rows": rows, "states": STATES, "error": error, "said": request.POST if error else {"address": me.email, "security": "tls", "keep": "known"},
            "ways": TITLES, "keeps": mailboxes.KEEP, "securities": mailboxes.SECURITY, "days": active().playbook.capture.first.days}  # fmt: skip
    return render(request, "reach/mailboxes.html", _shown(request, said), status=error.status if error else 200)


@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
@page
def show(request: HttpRequest, key: UUID) -> HttpResponse:
    """One mailbox: how it goes, whose mail is kept. POST says the latter anew, with a password how it opens."""
    row, error = _own(request, key), None
    if request.method == "POST":
        try:
            password = request.POST.get("password", "")
            if password and row.kind in ("imap", "bcc"):
                try_imap(row.settings, row.address, password)
            mailboxes.change(row, keep=request.POST.get("keep", row.keep), never=_lines(request), secret=password, by=request.user.actor, at=now())
            return _back(request, f"{PLACE}{key}/", "Kept")
        except Refusal as refusal:
            error = refusal
    way = TITLES.get(row.kind, "")
    said = {"row": row, "way": way, "calendar": bool(way) and calendars.beside(row).exists(), "state": STATES[row.state], "error": error, "keeps": mailboxes.KEEP, "said": request.POST if error else {},
            "never": request.POST.get("never", "") if error else "\n".join(row.never), "every": active().playbook.capture.every.seconds}  # fmt: skip
    return render(request, "reach/mailbox.html", _shown(request, said), status=error.status if error else 200)


@require_POST
@page
def stopping(request: HttpRequest, key: UUID) -> HttpResponse:
    """Read it no more for now."""
    row = mailboxes.stop(_own(request, key), by=request.user.actor, at=now())
    return _back(request, f"{PLACE}{key}/", f"{row.address} is not read any more")


@require_POST
@page
def resuming(request: HttpRequest, key: UUID) -> HttpResponse:
    """Read it again."""
    row = mailboxes.resume(_own(request, key), by=request.user.actor, at=now())
    return _back(request, f"{PLACE}{key}/", f"{row.address} is read again")


@require_POST
@page
def ending(request: HttpRequest, key: UUID) -> HttpResponse:
    """Take it away."""
    row = mailboxes.end(_own(request, key), by=request.user.actor, at=now())
    return _back(request, PLACE, f"{row.address} is taken away; what was kept of it stays")


def _own(request: HttpRequest, key: UUID) -> Mailbox:
    """A mailbox of one's own; anybody else's does not exist."""
    need(request.user, "mailboxes.connect")
    row = request.user.mailboxes.filter(pk=key).exclude(state="ended").first()
    if row is None:
        raise Http404
    return row


def _settings(request: HttpRequest) -> dict[str, Any]:
    said = {name: request.POST.get(name, "").strip() for name in ("host", "port", "security", "user")}
    return said | {"folders": [one for one in request.POST.get("folders", "").split(",") if one.strip()]}


def _lines(request: HttpRequest) -> list[str]:
    return request.POST.get("never", "").replace(",", "\n").splitlines()


def _shown(request: HttpRequest, said: dict[str, Any]) -> dict[str, Any]:
    return {"place": "me", "toast": request.session.pop("toast", None), **said}


def _back(request: HttpRequest, to: str, says: str) -> HttpResponse:
    request.session["toast"] = {"text": says, "undo": ""}
    return redirect(to)
