"""One request, one transaction, one sight; and a note of what was refused."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.http import HttpRequest

from rounds.access.scope import scope_of
from rounds.access.sight import blind, look_as
from rounds.actions.trust import audit
from rounds.kit.clock import now
from rounds.models.flow.active import read_once

NOUNS = {"accounts": "account", "contacts": "contact", "leads": "lead"}


class SightMiddleware:
    """Opens the request's transaction and tells the database who is looking.

    Sets `request.scope`. The API opens blind, whoever's cookie comes along: it authenticates by token and looks with
    the token's scope. An answer of 400 or more rolls back, and so does every refusal; `request.keeps`, where a door sets
    it, is called afterwards and stays.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.path.startswith("/health/"):
            return self.get_response(request)
        with read_once(), transaction.atomic():
            if request.path.startswith("/api/"):
                request.scope = blind()
            else:
                request.scope = scope_of(request.user)
                look_as(request.scope)
            response = self.get_response(request)
            if response.status_code >= 400:
                transaction.set_rollback(True)
        if response.status_code >= 400 and (keeps := getattr(request, "keeps", None)) is not None:
            with transaction.atomic():
                keeps()  # what a door wants written although it refused
        if response.status_code == 403:
            _note_denied(request)
        return response


def _note_denied(request: HttpRequest) -> None:
    """Write down that somebody known was refused something that exists: by itself, after all else was rolled back.

    The route is named, never the address, which may hold a token. Whoever is nobody yet leaves no entry here.
    """
    by = getattr(request, "actor", None) or getattr(request.user, "actor", None)
    match = request.resolver_match
    if by is None or match is None:
        return
    key = next((value for value in match.kwargs.values() if isinstance(value, UUID)), None)
    noun = match.route.removeprefix("api/v1/").strip("^/").split("/")[0][:40]
    with transaction.atomic():
        audit.note_read("access.denied", by=by, at=now(), kind=NOUNS.get(noun, noun), subject=key,
                        detail={"method": request.method, "route": match.route[:200]})  # fmt: skip
