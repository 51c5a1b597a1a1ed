"""A key ring: AES-256-GCM keys for columns, for blind indexes and for backups. Where it is kept: `kit.keys`.

A sealed text reads `sealed:<key id>:<base64 of nonce and ciphertext>`. What it is about (table, column, row) is
associated data: a value moved to another row does not open.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import secrets
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

from rounds.kit.refusal import Refusal

MARK = "sealed:"


class KeyMissing(Refusal):
    """The ring does not hold the key this value was sealed with, or the value was moved or altered."""

    status = 503


@dataclass(frozen=True)
class KeyRing:
    """Keys by id (32 bytes each); `active` seals, all of them open. `blind_key` makes blind indexes; those made
    with an earlier one are still found by `blinds`. `backup` keys open backups and nothing else."""

    active: str
    keys: dict[str, bytes] = field(repr=False)
    blind_key: bytes = field(repr=False)
    blind_before: tuple[bytes, ...] = field(default=(), repr=False)
    backup_active: str = ""
    backup: dict[str, bytes] = field(default_factory=dict, repr=False)
    more: dict[str, Any] = field(default_factory=dict, repr=False)

    def seal(self, plain: str, about: str) -> str:
        """`plain` sealed under the active key and bound to `about`."""
        nonce = secrets.token_bytes(12)
        box = _cipher(self.keys[self.active]).encrypt(nonce, plain.encode(), about.encode())
        return f"{MARK}{self.active}:{base64.b64encode(nonce + box).decode()}"

    def open(self, sealed: str, about: str) -> str:
        """What was sealed. Raises KeyMissing when the key is gone or the value is not the one sealed for `about`."""
        from cryptography.exceptions import InvalidTag

        if not sealed.startswith(MARK):
            raise KeyMissing(f"{about} should be sealed and lies open: somebody wrote it past Rounds.")
        key, _, text = sealed.removeprefix(MARK).partition(":")
        if key not in self.keys:
            raise KeyMissing(f"The key ring holds no key “{key[:20]}”; restore the ring this database was used with.")
        try:
            box = base64.b64decode(text, validate=True)
            return _cipher(self.keys[key]).decrypt(box[:12], box[12:], about.encode()).decode()
        except (InvalidTag, ValueError):
            raise KeyMissing(f"A sealed value of {about} was altered or moved from another row.") from None

    def blind(self, value: str, about: str) -> str:
        """32 hex digits that are equal for equal values of `about` and tell nothing else; "" for "". """
        return _blind(self.blind_key, value, about) if value else ""

    def blinds(self, value: str, about: str) -> list[str]:
        """Every index a value may stand under, newest first: what a search compares, also while they are made anew."""
        return [_blind(key, value, about) for key in (self.blind_key, *self.blind_before)] if value else []


@lru_cache(maxsize=64)
def _cipher(key: bytes) -> Any:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    return AESGCM(key)


def _blind(key: bytes, value: str, about: str) -> str:
    return hmac.new(key, f"{about}\0{value}".encode(), hashlib.sha256).hexdigest()[:32]


def key_of(sealed: str) -> str:
    """The id of the key a text was sealed with."""
    return sealed.removeprefix(MARK).partition(":")[0]


def fresh(name: str = "k1") -> KeyRing:
    """A new ring: one key for columns, one for blind indexes, one for backups."""
    new = secrets.token_bytes
    return KeyRing(name, {name: new(32)}, new(32), backup_active="b1", backup={"b1": new(32)})


def with_key(ring: KeyRing) -> KeyRing:
    """The ring with one more key, which seals from now on."""
    name = _next("k", ring.keys)
    return replace(ring, active=name, keys={**ring.keys, name: secrets.token_bytes(32)})


def with_blind(ring: KeyRing) -> KeyRing:
    """The ring with a new blind key; the old ones are kept, because what is kept as an index alone needs them."""
    return replace(ring, blind_key=secrets.token_bytes(32), blind_before=(ring.blind_key, *ring.blind_before))


def with_backup(ring: KeyRing) -> KeyRing:
    """The ring with one more key for backups, which seals them from now on."""
    name = _next("b", ring.backup)
    return replace(ring, backup_active=name, backup={**ring.backup, name: secrets.token_bytes(32)})


def without(ring: KeyRing, name: str) -> KeyRing:
    """The ring without the key `name`, of columns or of backups."""
    return replace(ring, keys={n: k for n, k in ring.keys.items() if n != name},
                   backup={n: k for n, k in ring.backup.items() if n != name})  # fmt: skip


def _next(letter: str, taken: dict[str, bytes]) -> str:
    return f"{letter}{max((int(found) for name in taken for found in re.findall(r'[0-9]+', name)), default=0) + 1}"
