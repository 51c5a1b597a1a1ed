"""A caller: an HTTP client that sends a token."""

from __future__ import annotations

import json
import re
from functools import lru_cache
from typing import Any

import pytest
from django.test import Client
from jsonschema import Draft202012Validator

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
        answer = json.loads(self.last.content or b"null")
        if self.last.status_code < 300:
            fits(method, url, self.last.status_code, answer)
        return self.last.status_code, answer


@lru_cache(maxsize=1)
def contract() -> tuple[dict[str, Any], list[tuple[str, re.Pattern[str]]]]:
    """The contract, and its addresses as patterns, those with the fewest parameters first."""
    from rounds.api.root import api

    whole = json.loads(json.dumps(api.get_openapi_schema(), default=str))
    paths = sorted(whole["paths"], key=lambda path: (path.count("{"), path))
    return whole, [(path, re.compile(re.sub(r"\{\w+\}", "[^/]+", path) + "$")) for path in paths]


def fits(method: str, url: str, status: int, answer: Any) -> None:
    """Assert that an answer is what the contract says of its address."""
    whole, paths = contract()
    operation = next((whole["paths"][path].get(method.lower()) for path, like in paths if like.match(url.partition("?")[0])), None)
    if operation is None:
        return
    assert str(status) in operation["responses"], f"{method} {url} answers {status}, which its contract does not name"
    schema = operation["responses"][str(status)].get("content", {}).get("application/json", {}).get("schema")
    if schema is not None:
        Draft202012Validator({**schema, "components": whole["components"]}).validate(answer)


@pytest.fixture
def caller(cast):
    """`caller(user, *scopes)`: a caller with a token of `user`; all scopes where none is named. `caller()` has none."""

    def make(user: User | None = None, *scopes: str) -> Caller:
        if user is None:
            return Caller()
        _, token = tokens.make(user, name="test", scopes=scopes or tokens.scopes_for(user), by=user.actor, at=now())
        return Caller(token)

    return make
