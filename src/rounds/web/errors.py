"""Pages for what went wrong: 403, 404 and 500 in the product's own words."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404: not there, or not for you: the two are never told apart."""
    return render(request, "errors/404.html", status=404)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403: seen, but not allowed, with the reason."""
    return render(request, "errors/403.html", {"reason": str(exception or "")}, status=403)


def fault(request: HttpRequest) -> HttpResponse:
    """500: our fault; rendered without touching the database."""
    return HttpResponse(
        "<!doctype html><html lang=en><title>Something broke</title><h1>Something broke on our side</h1>"
        "<p>Nothing was half-written. Go back and try again; the log has the details.</p>",
        status=500,
    )
