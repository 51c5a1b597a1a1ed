"""One request, one transaction, one sight."""

from __future__ import annotations

from django.db import transaction

from rounds.access.scope import scope_of
from rounds.access.sight import blind, look_as


class SightMiddleware:
    """Opens the request's transaction and tells the database who is looking.

    Sets `request.scope`. The API opens blind, whoever's cookie comes along: it authenticates by token and looks with
    the token's scope. An answer of 400 or more rolls back, and so does every refusal.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.path.startswith("/health/"):
            return self.get_response(request)
        with transaction.atomic():
            if request.path.startswith("/api/"):
                request.scope = blind()
            else:
                request.scope = scope_of(request.user)
                look_as(request.scope)
            response = self.get_response(request)
            if response.status_code >= 400:
                transaction.set_rollback(True)
        return response
