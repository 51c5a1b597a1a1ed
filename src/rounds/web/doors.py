"""What every page begins with: somebody logged in, and the row, seen or 404."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar
from urllib.parse import quote, urlsplit

from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from rounds.access.allowed import need_to_write
from rounds.access.scope import kept_for, visible
from rounds.actions.trust import audit
from rounds.kit.clock import now
from rounds.kit.pages import own_page
from rounds.kit.refusal import Refusal

SAFE = ("GET", "HEAD", "OPTIONS")
M = TypeVar("M", bound=Model)


class Merged(Refusal):
    """This record was merged into another one; go on there."""

    def __init__(self, request: HttpRequest, key: str, kept: str) -> None:
        self.place = request.path.replace(key, kept)
        self.reads = request.method in SAFE
        super().__init__()


def page(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A page for people who are logged in; anybody else is sent to log in and back. Customers and services never come
    this far (web/middleware/audience.py), but to the pages of their own account and the portal."""

    @wraps(view)
    def door(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        if not request.user.is_authenticated:
            away = f"/login/?next={quote(back_to(request))}"
            if request.htmx:
                return HttpResponse(status=401, headers={"HX-Redirect": away})
            return redirect(away)
        return view(request, *args, **kwargs)

    return door


def back_to(request: HttpRequest) -> str:
    """Where to go on after logging in: the page asked for, or the one a form was sent from, which still has its words."""
    if request.method in ("GET", "HEAD") and not request.htmx:
        return request.get_full_path()
    sent = urlsplit(request.headers.get("hx-current-url") or request.headers.get("referer") or "")
    if sent.netloc and sent.netloc != request.get_host():
        return "/"
    return own_page(f"{sent.path}?{sent.query}" if sent.query else sent.path)


def noted(request: HttpRequest, verb: str, kind: str = "", subject: Any = None, **detail: Any) -> None:
    """Note that the viewer read something: a record (`kind` and its id), or a list (`detail` says which and how many)."""
    audit.note_read(verb, by=request.user.actor, at=now(), kind=kind, subject=subject, scope=request.scope.hash, detail=detail)


def one(request: HttpRequest, model: type[M], key: object, *fetch: str, to: str = "") -> M:
    """The row `key` of `model` if the viewer may see it, else 404: unseen and absent look the same.

    What is sent (POST) changes the row, unless `to` says "read": a role that may not change it is refused (403)
    before anything is touched.
    """
    rows = visible(model, request.scope)
    row = (rows.select_related(*fetch) if fetch else rows).filter(pk=key).first()
    if row is None:
        if (kept := kept_for(model, key, request.scope)) is not None:
            raise Merged(request, str(key), str(kept))
        raise Http404
    if (to or ("read" if request.method in SAFE else "write")) == "write":
        need_to_write(request.user, row)
    return row
