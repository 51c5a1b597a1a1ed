"""Log-in by a provider (RFC 6749 with PKCE, RFC 7636) and questions to its API with the token that came of it. A token is said
to the provider's own address alone; one that ran out is renewed once, and whoever keeps tokens is told."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode, urlsplit

from rounds.connectors.addresses import AddressRefused
from rounds.connectors.mailboxes.box import LogInFailed, MailboxFailed
from rounds.connectors.outbound import Answer, Caps, PeerFailed, fetch

CAPS = Caps(whole=60.0, sent=40 * 1024 * 1024, unpacked=60 * 1024 * 1024)
BUSY = (429, 500, 502, 503, 504)
DONE = (200, 201, 204)


@dataclass(frozen=True, slots=True)
class Provider:
    """Where a kind of mailbox lies and who we are there. `authorize`, `token`: its two addresses; `api`: where it answers."""

    kind: str
    title: str
    authorize: str
    token: str
    api: str
    scope: str
    client_id: str
    client_secret: str = field(repr=False)
    extra: Mapping[str, str] = field(default_factory=dict)
    allow: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Tokens:
    """`seconds`: how long `access` holds."""

    access: str = field(repr=False)
    refresh: str = field(repr=False)
    seconds: int


def way_in(provider: Provider, *, redirect: str, state: str, verifier: str, hint: str = "") -> str:
    """The address of the provider at which a person agrees."""
    challenge = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()
    said = {"client_id": provider.client_id, "response_type": "code", "redirect_uri": redirect, "scope": provider.scope, "state": state,
            "code_challenge": challenge, "code_challenge_method": "S256", **provider.extra}  # fmt: skip
    return f"{provider.authorize}?{urlencode(said | ({'login_hint': hint} if hint else {}))}"


def exchanged(provider: Provider, code: str, *, verifier: str, redirect: str) -> Tokens:
    """The tokens for the code a person came back with. Raises LogInFailed, MailboxFailed."""
    return _asked(provider, {"grant_type": "authorization_code", "code": code, "redirect_uri": redirect, "code_verifier": verifier}, "")


def renewed(provider: Provider, refresh: str) -> Tokens:
    """New tokens for old. Raises LogInFailed where the person took their word back."""
    return _asked(provider, {"grant_type": "refresh_token", "refresh_token": refresh}, refresh)


def _asked(provider: Provider, said: Mapping[str, str], refresh: str) -> Tokens:
    body = urlencode({**said, "client_id": provider.client_id, "client_secret": provider.client_secret}).encode()
    answer = _fetched("POST", provider.token, {"content-type": "application/x-www-form-urlencoded", "accept": "application/json"}, provider, body)
    if answer.status in (400, 401, 403):
        raise LogInFailed(f"{provider.title} does not let us in any more; connect the mailbox again.")
    found = _json(answer, provider)
    if answer.status != 200 or not isinstance(found.get("access_token"), str):
        raise MailboxFailed(f"{provider.title} gave no token ({answer.status}).")
    return Tokens(found["access_token"], str(found.get("refresh_token") or refresh), int(found.get("expires_in") or 3600))


class Asking:
    """Questions to a provider's API, with the token renewed when it runs out; `keep` is told each time."""

    def __init__(self, provider: Provider, tokens: Tokens, keep: Callable[[Tokens], None]) -> None:
        self.provider, self.tokens, self.keep = provider, tokens, keep

    def get(self, url: str, *, headers: Mapping[str, str] | None = None, fine: Iterable[int] = ()) -> Answer:
        """What `url` answers; of statuses that are no success only those in `fine`. Raises LogInFailed, MailboxFailed."""
        return self.send("GET", url, headers=headers, fine=fine)

    def send(self, method: str, url: str, said: Mapping[str, Any] | None = None, *, headers: Mapping[str, str] | None = None, fine: Iterable[int] = ()) -> Answer:
        """What `url` answers to `method` with `said` as JSON, where there is any. Otherwise as get."""
        if urlsplit(url)[:2] != urlsplit(self.provider.api)[:2]:
            raise MailboxFailed(f"{self.provider.title} leads elsewhere; its token was not said there.")
        answer = self._once(method, url, said, headers)
        if answer.status == 401:
            self.tokens = renewed(self.provider, self.tokens.refresh)
            self.keep(self.tokens)
            answer = self._once(method, url, said, headers)
        if answer.status == 401:
            raise LogInFailed(f"{self.provider.title} does not let us in any more; connect the mailbox again.")
        if answer.status in BUSY:
            raise MailboxFailed(f"{self.provider.title} is busy ({answer.status}).")
        if answer.status not in DONE and answer.status not in fine:
            raise MailboxFailed(f"{self.provider.title} refused what was asked ({answer.status}).")
        return answer

    def json(self, url: str, *, headers: Mapping[str, str] | None = None) -> dict[str, Any]:
        return _json(self.get(url, headers=headers), self.provider)

    def _once(self, method: str, url: str, said: Mapping[str, Any] | None, headers: Mapping[str, str] | None) -> Answer:
        own = {"authorization": f"Bearer {self.tokens.access}", **({"content-type": "application/json"} if said is not None else {}), **(headers or {})}
        return _fetched(method, url, own, self.provider, b"" if said is None else json.dumps(said).encode())


def read_json(answer: Answer, provider: Provider) -> dict[str, Any]:
    """A JSON object. Raises MailboxFailed for anything else."""
    return _json(answer, provider)


def _json(answer: Answer, provider: Provider) -> dict[str, Any]:
    try:
        found = json.loads(answer.body)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        raise MailboxFailed(f"{provider.title} answered what is no JSON ({answer.status}).")
    return found


def _fetched(method: str, url: str, headers: Mapping[str, str], provider: Provider, body: bytes = b"") -> Answer:
    try:
        return fetch(method, url, headers=headers, body=body, allow_hosts=provider.allow, caps=CAPS)
    except (PeerFailed, AddressRefused) as fault:
        raise MailboxFailed(f"{provider.title} cannot be asked: {fault}") from fault
