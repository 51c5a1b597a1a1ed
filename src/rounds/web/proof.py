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
        if not sessions.proved_lately(request.session.row, now()):
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
        if sessions.proof_needed(request.session.row, now()):
            return _ask(request)
        return view(request, *args, **kwargs)

    return door


def _ask(request: HttpRequest) -> HttpResponse:
    request.polled = True  # being asked who one is proves nothing and keeps no session alive
    away = f"{AGAIN}?next={quote(back_to(request))}"
    if request.htmx:
        return HttpResponse(status=401, headers={"HX-Redirect": away})
    return redirect(away)
