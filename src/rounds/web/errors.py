"""Pages for what went wrong: 403, 404, 500 and 503 in the product's own words."""

from __future__ import annotations

import sys

from django.db import InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from psycopg_pool import PoolTimeout

AWAY = ("08", "53", "57P", "58")
"""Beginnings of the SQLSTATEs of a database that cannot serve now: no connection, no room, shutting down, no disk."""
SAYS_AWAY = "The database is not answering. Nothing was lost; try again in a few seconds."
SAYS_FORGED = "This form was left open too long or came from somewhere else. Nothing was changed: open its page again."
RETRY_AFTER = "3"


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404: not there, or not for you: the two are never told apart."""
    return render(request, "errors/404.html", status=404)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403: seen, but not allowed, with the reason."""
    return render(request, "errors/403.html", {"reason": str(exception or "")}, status=403)


def forged(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 for a form without the token of its page: sent from elsewhere, or left open too long."""
    return render(request, "errors/403.html", {"reason": SAYS_FORGED}, status=403)


def unreadable(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400: a host that is not ours, or a body that is none. Says nothing of what was sent."""
    return HttpResponse(
        "<!doctype html><html lang=en><title>Not understood</title><h1>That could not be read</h1>"
        "<p>Go back and try again.</p>", status=400,
    )  # fmt: skip


def fault(request: HttpRequest) -> HttpResponse:
    """500: our fault; 503 with Retry-After while the database is away. Rendered without touching the database.

    Django calls it wherever the fault was raised, also below the views, while the exception is still at hand.
    """
    if is_away(sys.exc_info()[1]):
        return away(as_json=request.path.startswith("/api/"))
    return HttpResponse(
        "<!doctype html><html lang=en><title>Something broke</title><h1>Something broke on our side</h1>"
        "<p>Nothing was half-written. Go back and try again; the log has the details.</p>",
        status=500,
    )


def is_away(error: BaseException | None) -> bool:
    """Whether `error` says that the database cannot be reached or cannot serve just now."""
    if isinstance(error, OperationalError):
        state = getattr(error.__cause__, "sqlstate", None)
        return state is None or state.startswith(AWAY)
    return isinstance(error, InterfaceError | PoolTimeout)


def away(*, as_json: bool = False) -> HttpResponse:
    """The 503 of a database that is away."""
    headers = {"Retry-After": RETRY_AFTER}
    if as_json:
        problem = {"type": "about:blank", "title": "Back in a moment", "status": 503, "detail": SAYS_AWAY}
        return JsonResponse(problem, status=503, content_type="application/problem+json", headers=headers)
    return HttpResponse(
        "<!doctype html><html lang=en><title>Back in a moment</title>"
        f"<h1>Back in a moment</h1><p>{SAYS_AWAY}</p>",
        status=503, headers=headers,
    )  # fmt: skip
