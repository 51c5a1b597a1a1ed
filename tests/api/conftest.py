"""A caller: an HTTP client that sends a token."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.test import Client

from rounds.actions.trust import tokens
from rounds.kit.clock import now
from rounds.models import User


class Caller:
    """Sends JSON with a token and reads JSON. `last` is the last whole response."""

    def __init__(self, token: str = "") -> None:
        self.client, self.token, self.last = Client(raise_request_exception=False), token, None

    def __call__(self, method: str, path: str, said: Any = None, **headers: str) -> tuple[int, Any]:
        """(status, JSON) of one request to /api/v1<path>."""
        if self.token:
            headers.setdefault("Authorization", f"Bearer {self.token}")
        body = said if isinstance(said, bytes | str) else json.dumps(said) if said is not None else ""
        url = path if path.startswith("/api/") else f"/api/v1{path}"
        self.last = self.client.generic(method, url, body, content_type="application/json", headers=headers)
        return self.last.status_code, json.loads(self.last.content or b"null")


@pytest.fixture
def caller(cast):
    """`caller(user, *scopes)`: a caller with a token of `user`; all scopes where none is named. `caller()` has none."""

    def make(user: User | None = None, *scopes: str) -> Caller:
        if user is None:
            return Caller()
        _, token = tokens.make(user, name="test", scopes=scopes or tokens.scopes_for(user), by=user.actor, at=now())
        return Caller(token)

    return make
