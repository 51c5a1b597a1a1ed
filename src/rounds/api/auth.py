"""Who calls: a bearer token, its person, its scopes. Session cookies open nothing here, so that no other site's page
can make a browser call the API."""

from __future__ import annotations

from django.http import HttpRequest
from ninja.security import HttpBearer

from rounds.access.allowed import may
from rounds.access.roles import role_of
from rounds.access.scope import scope_of
from rounds.access.sight import look_as
from rounds.actions.trust import tokens
from rounds.api import limits
from rounds.kit.actor import Actor
from rounds.kit.clock import now
from rounds.kit.refusal import Refusal
from rounds.models import ApiToken


class NoApi(Refusal):
    """This token's person has no API: their role has no tokens (any more)."""

    status = 401


class ScopeMissing(Refusal):
    """The token is good, but was not made for this."""

    status = 403


class Bearer(HttpBearer):
    """Asks for a live token that was made for `scope`, then looks through its person's eyes.

    Sets `request.user`, `request.actor`, `request.scope`, `request.auth` (the token). 401 with the reason when the
    token is dead, 403 when it lacks the scope.
    """

    def __init__(self, scope: str) -> None:
        self.scope = scope if scope in tokens.SCOPES or not scope else tokens.SCOPES[scope]
        super().__init__()

    def __call__(self, request: HttpRequest) -> ApiToken | None:
        limits.check_size(request)
        return super().__call__(request)

    def authenticate(self, request: HttpRequest, token: str) -> ApiToken:
        held = tokens.use(token, at=now())
        limits.count(held.id)
        if role_of(held.user).audience == "portal" or not may(held.user, "tokens.manage"):
            raise NoApi
        if self.scope and self.scope not in held.scopes:
            has = ", ".join(held.scopes)
            raise ScopeMissing(f"This needs a token with the scope {self.scope}; “{held.name}” has {has}.")
        request.user = held.user
        request.actor = Actor("integration", held.id, f"{held.name} for {held.user.name}")
        request.scope = scope_of(held.user)
        look_as(request.scope)
        return held


class AnyScope(Bearer):
    """Asks for a live token, whatever it was made for."""

    def __init__(self) -> None:
        super().__init__("")
