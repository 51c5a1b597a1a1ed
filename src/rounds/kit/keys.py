"""The key ring: AES-256-GCM for columns that must not lie open, each value bound to the row it stands in.

A sealed text reads `sealed:<key id>:<base64 of nonce and ciphertext>`. What it is about (table, column, row) is
associated data: a value moved to another row does not open. The ring is one JSON file (mode 0600):
{"active": "k1", "keys": {"k1": "<base64, 32 bytes>"}, "blind": "<base64, 32 bytes>"}; ROUNDS_KEYRING names it.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import hmac
import json
import os
import secrets
import time
from dataclasses import dataclass, field
from pathlib import Path

MARK = "sealed:"
LOOK_AGAIN = 2.0
"""Seconds after which a process looks whether the file changed: a rotated ring is known everywhere soon."""


class KeyMissing(Exception):
    """The ring does not hold the key this value was sealed with, or the value was moved or altered."""


@dataclass(frozen=True)
class KeyRing:
    """Keys by id (32 bytes each); `active` seals, all of them open. `blind` makes blind indexes."""

    active: str
    keys: dict[str, bytes] = field(repr=False)
    blind_key: bytes = field(repr=False)

    def seal(self, plain: str, about: str) -> str:
        """`plain` sealed under the active key and bound to `about`."""
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        nonce = secrets.token_bytes(12)
        box = AESGCM(self.keys[self.active]).encrypt(nonce, plain.encode(), about.encode())
        return f"{MARK}{self.active}:{base64.b64encode(nonce + box).decode()}"

    def open(self, sealed: str, about: str) -> str:
        """What was sealed. Raises KeyMissing when the key is gone or the value is not the one sealed for `about`."""
        from cryptography.exceptions import InvalidTag
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        key, _, text = sealed.removeprefix(MARK).partition(":")
        if key not in self.keys:
            raise KeyMissing(f"The key ring holds no key “{key[:20]}”; restore the ring this database was used with.")
        try:
            box = base64.b64decode(text, validate=True)
            return AESGCM(self.keys[key]).decrypt(box[:12], box[12:], about.encode()).decode()
        except (InvalidTag, ValueError):
            raise KeyMissing(f"A sealed value of {about} was altered or moved from another row.") from None

    def blind(self, value: str, about: str) -> str:
        """32 hex digits that are equal for equal values of `about` and tell nothing else; "" for "". """
        if not value:
            return ""
        return hmac.new(self.blind_key, f"{about}\0{value}".encode(), hashlib.sha256).hexdigest()[:32]


def key_of(sealed: str) -> str:
    """The id of the key a text was sealed with."""
    return sealed.removeprefix(MARK).partition(":")[0]


def fresh(name: str = "k1") -> KeyRing:
    """A new ring with one key."""
    return KeyRing(name, {name: secrets.token_bytes(32)}, secrets.token_bytes(32))


def read(path: Path) -> KeyRing:
    """The ring in a file. Raises KeyMissing with what is wrong with it."""
    try:
        said = json.loads(path.read_text())
        keys = {name: base64.b64decode(text, validate=True) for name, text in said["keys"].items()}
        ring = KeyRing(said["active"], keys, base64.b64decode(said["blind"], validate=True))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise KeyMissing(f"The key ring {path} cannot be read ({type(error).__name__}).") from None
    if ring.active not in keys or any(len(key) != 32 for key in (*keys.values(), ring.blind_key)):
        raise KeyMissing(f"The key ring {path} needs an active key, and every key 32 bytes.")
    return ring


def write(path: Path, ring: KeyRing) -> None:
    """Put the ring into a file only its owner reads, whole or not at all."""
    said = {"active": ring.active, "keys": {n: base64.b64encode(k).decode() for n, k in ring.keys.items()},
            "blind": base64.b64encode(ring.blind_key).decode()}  # fmt: skip
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    with open(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump(said, file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    os.replace(beside, path)


class _Held:
    path: Path | None = None
    ring: KeyRing | None = None
    stamp: tuple[int, int] = (0, 0)
    looked: float = 0.0


def use(path: Path, *, make: bool = False) -> None:
    """The file of this process's ring. With `make` a missing one is made: for trying out, never in production."""
    _Held.path, _Held.ring = path, None
    if make and not path.exists():
        with contextlib.suppress(FileExistsError):
            path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            made = path.with_name(f".{path.name}.{os.getpid()}.new")
            write(made, fresh())
            try:
                os.link(made, path)  # two processes may start at once: the first ring stays
            finally:
                made.unlink()


def where() -> Path:
    """The file of this process's ring."""
    if _Held.path is None:
        raise KeyMissing("No key ring is in use; set ROUNDS_KEYRING.")
    return _Held.path


def ring() -> KeyRing:
    """The ring of this process, read again when its file changed."""
    moment = time.monotonic()
    if _Held.ring is not None and moment - _Held.looked < LOOK_AGAIN:
        return _Held.ring
    path = where()
    try:
        seen = path.stat()
        stamp = (seen.st_mtime_ns, seen.st_ino)
    except OSError:
        stamp = (0, 0)
    if _Held.ring is None or stamp != _Held.stamp:
        _Held.ring, _Held.stamp = read(path), stamp
    _Held.looked = moment
    return _Held.ring
