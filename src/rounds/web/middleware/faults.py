"""Faults of the ground: a database that is away answers 503 and asks to come back, never a trace."""

from __future__ import annotations

from django.db import InterfaceError, OperationalError
from django.http import HttpResponse
from psycopg_pool import PoolTimeout

BODY = (
    "<!doctype html><html lang=en><title>Back in a moment</title>"
    "<h1>The database is not answering</h1><p>Nothing was lost. Try again in a few seconds.</p>"
)


class FaultsMiddleware:
    """Answers 503 with Retry-After while the database cannot be reached; recovers by itself."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        try:
            return self.get_response(request)
        except (OperationalError, InterfaceError, PoolTimeout):
            return away()


def away() -> HttpResponse:
    """The 503 of a database that is away."""
    return HttpResponse(BODY, status=503, headers={"Retry-After": "3"})
