"""Pages that ask again who is there: after a while without work, and before something leaves the house (PLUS-35)."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from urllib.parse import quote

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from rounds.actions.people import sessions
from rounds.kit.clock import now
from rounds.web.doors import back_to, page

AGAIN = "/login/again/"


def proved(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A door that wants a proof (password, key or code) of the last minutes: exports and the like. Stands below @page.

    Who has none is sent to give one and comes back to the page the form stood on.
    """

    @wraps(view)
    def door(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        row = request.session.row
        if row is None or row.proved_at is None or now() - row.proved_at >= sessions.limits().step_up.span:
            return _ask(request)
        return view(request, *args, **kwargs)

    return door


def sensitive(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """A page of compliance, administration or patient data: after fifteen idle minutes it asks who is there.

    Logs people in itself: it replaces @page.
    """

    @page
    @wraps(view)
    def door(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        row, at = request.session.row, now()
        idle = at - max(row.seen_at, row.proved_at or row.began_at) if row is not None else None
        if idle is None or idle >= sessions.limits().sensitive_idle.span:
            return _ask(request)
        return view(request, *args, **kwargs)

    return door


def _ask(request: HttpRequest) -> HttpResponse:
    away = f"{AGAIN}?next={quote(back_to(request))}"
    if request.htmx:
        return HttpResponse(status=401, headers={"HX-Redirect": away})
    return redirect(away)
