"""The key that signs the heads of the audit chain: Ed25519, in a file of its own beside the key ring, never in a database.

{"seed": "<base64, 32 bytes>", "former": ["<base64 public key>"]}; mode 0600. Whoever holds the public key can check a
signature without us.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import json
import os
from dataclasses import dataclass, field
from pathlib import Path

from rounds.kit import keys

NAME = "anchor-key.json"


@dataclass(frozen=True)
class Signer:
    """The seed that signs, and the public keys of signers before it."""

    seed: bytes = field(repr=False)
    former: tuple[bytes, ...] = ()

    @property
    def public(self) -> bytes:
        """The public key, 32 bytes."""
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        return Ed25519PrivateKey.from_private_bytes(self.seed).public_key().public_bytes_raw()

    @property
    def known(self) -> dict[str, bytes]:
        """Every public key whose signatures count, by its name."""
        return {name_of(key): key for key in (self.public, *self.former)}

    def sign(self, said: bytes) -> bytes:
        """The signature of `said`, 64 bytes."""
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        return Ed25519PrivateKey.from_private_bytes(self.seed).sign(said)


def name_of(public: bytes) -> str:
    """What a public key is called: 16 hex digits of its digest."""
    return hashlib.sha256(public).hexdigest()[:16]


def holds(public: bytes, signature: bytes, said: bytes) -> bool:
    """Whether `signature` is that of `said` under the key."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        Ed25519PublicKey.from_public_bytes(public).verify(signature, said)
    except (InvalidSignature, ValueError):
        return False
    return True


def where() -> Path:
    """The file of the signing key: beside the key ring."""
    return keys.where().with_name(NAME)


def known() -> dict[str, bytes]:
    """The public keys whose signatures count, by name; none where no key was made yet."""
    return signer().known if where().exists() else {}


def signer() -> Signer:
    """The signer of this installation; made the first time. Raises KeyMissing where its file cannot be read."""
    path = where()
    if not path.exists():
        _make(path)
    try:
        said = json.loads(path.read_text())
        seed = base64.b64decode(said["seed"], validate=True)
        former = tuple(base64.b64decode(key, validate=True) for key in said.get("former", []))
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise keys.KeyMissing(f"The signing key {path} cannot be read ({type(error).__name__}).") from None
    if len(seed) != 32 or path.stat().st_mode & 0o077:
        raise keys.KeyMissing(f"The signing key {path} must hold 32 bytes and be readable by its owner alone.")
    return Signer(seed, former)


def _make(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    with open(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump({"seed": base64.b64encode(os.urandom(32)).decode(), "former": []}, file)
        file.flush()
        os.fsync(file.fileno())
    try:
        with contextlib.suppress(FileExistsError):  # two workers may start at once: the first key stays
            os.link(beside, path)
    finally:
        beside.unlink()
