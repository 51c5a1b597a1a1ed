"""People with a password and second factors, and a browser that uses them as a person would."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import pyotp
import pytest
from django.test import Client

from rounds.actions.people import factors, otp
from rounds.kit.clock import now

PASSWORD = "a long enough password, never used elsewhere"


@dataclass
class Person:
    """Somebody of the cast, with what they know and have."""

    user: object
    seed: str = ""
    codes: list[str] = field(default_factory=list)

    def code(self, at: datetime | None = None) -> str:
        """What their app shows."""
        return pyotp.TOTP(self.seed).at(int((at or now()).timestamp()))


@pytest.fixture
def with_password(cast):
    """`with_password(user)`: gives a password."""

    def make(user) -> Person:
        user.set_password(PASSWORD)
        user.save(update_fields=["password"])
        return Person(user)

    return make


@pytest.fixture
def with_app(with_password):
    """`with_app(user)`: a password, an app confirmed a minute ago, and recovery codes."""

    def make(user) -> Person:
        person, at = with_password(user), now() - timedelta(minutes=2)
        row = factors.begin(user, "totp", at=at)
        person.seed = row.secret
        assert factors.confirm(row, person.code(at), by=user.actor, at=at)
        person.codes = otp.make_codes(user, by=user.actor, at=at)
        return person

    return make


@pytest.fixture
def asked(settings):
    """Second factors are asked for as in production."""
    settings.SECOND_FACTOR_ASKED = True


def log_in(client: Client, user, password: str = PASSWORD, **more):
    """The first step."""
    return client.post("/login/", {"email": user.email, "password": password, **more}, headers={"user-agent": "Firefox/140 Linux"})


def is_in(client: Client) -> bool:
    """Whether this browser reaches one's own account."""
    return client.get("/me/security/").status_code == 200


@dataclass
class SoftKey:
    """A security key in software: what a browser and an authenticator answer, for http://testserver."""

    origin: str = "http://testserver"
    verifies: bool = True
    counter: int = 0

    def __post_init__(self) -> None:
        import os

        from cryptography.hazmat.primitives.asymmetric import ec

        self.private, self.id = ec.generate_private_key(ec.SECP256R1()), os.urandom(32)

    def _data(self, host: str, attested: bytes = b"") -> bytes:
        import hashlib

        self.counter += 1
        flags = 0x01 | (0x04 if self.verifies else 0) | (0x40 if attested else 0)
        return hashlib.sha256(host.encode()).digest() + bytes([flags]) + self.counter.to_bytes(4, "big") + attested

    def _client(self, kind: str, challenge: str) -> bytes:
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": False}).encode()

    def create(self, asked: dict) -> str:
        """What navigator.credentials.create answers, as our script sends it."""
        import cbor2

        numbers = self.private.public_key().public_numbers()
        public = {1: 2, 3: -7, -1: 1, -2: numbers.x.to_bytes(32, "big"), -3: numbers.y.to_bytes(32, "big")}
        attested = bytes(16) + len(self.id).to_bytes(2, "big") + self.id + cbor2.dumps(public)
        made = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": self._data(asked["rp"]["id"], attested)})
        self.handle = asked["user"]["id"]
        return self._said({"clientDataJSON": _text(self._client("webauthn.create", asked["challenge"])), "attestationObject": _text(made)})

    def get(self, asked: dict, *, handle: str | None = None) -> str:
        """What navigator.credentials.get answers."""
        import hashlib

        from cryptography.hazmat.primitives import hashes
        from cryptography.hazmat.primitives.asymmetric import ec

        data, client = self._data(asked["rpId"]), self._client("webauthn.get", asked["challenge"])
        signed = self.private.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        return self._said({"clientDataJSON": _text(client), "authenticatorData": _text(data), "signature": _text(signed),
                           "userHandle": handle if handle is not None else self.handle})  # fmt: skip

    def _said(self, response: dict) -> str:
        return json.dumps({"id": _text(self.id), "rawId": _text(self.id), "type": "public-key", "response": response,
                           "clientExtensionResults": {}})  # fmt: skip


def _text(data: bytes) -> str:
    from base64 import urlsafe_b64encode

    return urlsafe_b64encode(data).decode().rstrip("=")


def asks(client: Client, path: str = "/login/key/options/", **said) -> dict:
    """The server's question for a key."""
    return client.post(path, said).json()
