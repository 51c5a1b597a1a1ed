"""Faults of the ground: a database that is away answers 503 and asks to come back, never a trace."""

from __future__ import annotations

from django.db import InterfaceError, OperationalError
from django.http import HttpResponse, JsonResponse
from psycopg_pool import PoolTimeout

BODY = (
    "<!doctype html><html lang=en><title>Back in a moment</title>"
    "<h1>The database is not answering</h1><p>Nothing was lost. Try again in a few seconds.</p>"
)


PROBLEM = {
    "type": "about:blank", "title": "Back in a moment", "status": 503,
    "detail": "The database is not answering. Nothing was lost; try again in a few seconds.",
}  # fmt: skip


class FaultsMiddleware:
    """Answers 503 with Retry-After while the database cannot be reached; recovers by itself."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        try:
            return self.get_response(request)
        except (OperationalError, InterfaceError, PoolTimeout):
            return away(as_json=request.path.startswith("/api/"))


def away(*, as_json: bool = False) -> HttpResponse:
    """The 503 of a database that is away."""
    if as_json:
        return JsonResponse(PROBLEM, status=503, content_type="application/problem+json", headers={"Retry-After": "3"})
    return HttpResponse(BODY, status=503, headers={"Retry-After": "3"})
