"""A sealed stream: chunks under AES-256-GCM that cannot be cut off, reordered, exchanged or moved to another name.

MAGIC · length of the header (4 bytes) · header (JSON: key, salt, about) · chunks, each its length (4 bytes) and box.
A stream has a key of its own (HKDF of the backup key and a fresh salt, over the header). The nonce of a chunk is its
number and whether it is the last, so a chunk opens at its own place only and the end cannot be missing. What is
sealed is deflated first.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import io
import json
import secrets
import struct
import zlib
from pathlib import Path
from typing import IO, Any

from rounds.kit.ring import KeyRing

from .refusal import BackupRefused

MAGIC = b"RNDSBK1\n"
CHUNK = 1 << 20
LEVEL = 1
"""How hard is deflated: the first step halves a database at the speed of a disk, the others cost more than they save."""


def proof(ring: KeyRing, key: str, said: bytes) -> str:
    """Shows that who wrote `said` held the backup key `key`."""
    return hmac.new(_derived(backup_key(ring, key), b"", b"manifest"), said, hashlib.sha256).hexdigest()


def backup_key(ring: KeyRing, name: str) -> bytes:
    """The backup key `name`. Raises BackupRefused where the ring lacks it."""
    if name not in ring.backup:
        raise BackupRefused(f"The key ring holds no backup key “{name[:20]}”: use the ring these backups were made with.")
    return ring.backup[name]


def _derived(key: bytes, salt: bytes, info: bytes) -> bytes:
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    return HKDF(SHA256(), 32, salt, b"rounds backup\0" + info).derive(key)


def _nonce(number: int, last: bool) -> bytes:
    return struct.pack(">QI", number, int(last))


class Sealer(io.RawIOBase):
    """Writes a sealed stream about `about` into `file`; closing it writes the last chunk. Knows its size and sha256."""

    def __init__(self, file: IO[bytes], ring: KeyRing, about: str, **said: str) -> None:
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        if not ring.backup_active:
            raise BackupRefused("The key ring holds no key for backups; `rounds keys rotate --backup` makes one.")
        salt = secrets.token_bytes(16)
        told = {"key": ring.backup_active, "salt": base64.b64encode(salt).decode(), "about": about, **said}
        header = json.dumps(told).encode()
        self._aead = AESGCM(_derived(backup_key(ring, ring.backup_active), salt, header))
        self._file, self._number, self._held = file, 0, bytearray()
        self._deflate, self._digest, self.size = zlib.compressobj(LEVEL), hashlib.sha256(), 0
        self._put(MAGIC + struct.pack(">I", len(header)) + header)

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._held += self._deflate.compress(data)
        while len(self._held) > CHUNK:
            self._seal(bytes(self._held[:CHUNK]), last=False)
            del self._held[:CHUNK]
        return len(data)

    def finish(self) -> str:
        """Write the last chunk; the sha256 of everything written."""
        self._held += self._deflate.flush()
        while len(self._held) > CHUNK:
            self._seal(bytes(self._held[:CHUNK]), last=False)
            del self._held[:CHUNK]
        self._seal(bytes(self._held), last=True)
        return self._digest.hexdigest()

    def _seal(self, plain: bytes, *, last: bool) -> None:
        box = self._aead.encrypt(_nonce(self._number, last), plain, None)
        self._number += 1
        self._put(struct.pack(">I", len(box)) + box)

    def _put(self, data: bytes) -> None:
        self._file.write(data)
        self._digest.update(data)
        self.size += len(data)


def header_of(path: Path) -> dict[str, Any]:
    """What the header of a stream says: `key`, `about` and what the writer added. Proven only by opening it."""
    with path.open("rb") as file:
        return _header(file, path)[1]


def _header(file: IO[bytes], path: Path) -> tuple[bytes, dict[str, Any]]:
    if file.read(len(MAGIC)) != MAGIC:
        raise BackupRefused(f"{path} is no sealed stream of Rounds, or its beginning was altered.")
    header = file.read(min(_length(file, path), 1 << 16))
    try:
        said = json.loads(header)
        base64.b64decode(said["salt"], validate=True)
        return header, {"about": said["about"], **said}
    except (ValueError, KeyError, TypeError):
        raise BackupRefused(f"{path} was altered: its header cannot be read.") from None


def _length(file: IO[bytes], path: Path) -> int:
    found = file.read(4)
    if len(found) < 4:
        raise BackupRefused(f"{path} is cut off.")
    return int(struct.unpack(">I", found)[0])


class Opener(io.RawIOBase):
    """Reads a sealed stream and checks each chunk before a byte of it is given. Raises BackupRefused naming `path`."""

    def __init__(self, path: Path, ring: KeyRing, about: str) -> None:
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM

        self.path, self._number, self._ended, self._held, self._waits = path, 0, False, b"", b""
        self._file = path.open("rb")
        header, said = _header(self._file, path)
        if said["about"] != about:
            raise BackupRefused(f"{path} holds {str(said['about'])[:80]!r}, not {about!r}: it was moved or exchanged.")
        self._aead = AESGCM(_derived(backup_key(ring, said["key"]), base64.b64decode(said["salt"]), header))
        self._inflate = zlib.decompressobj()

    def readable(self) -> bool:
        return True

    def readinto(self, into: Any) -> int:
        while not self._held:
            if self._waits:  # never more than a few chunks at a time, however much they hold
                self._held = self._inflate.decompress(self._waits, 4 * CHUNK)
                self._waits = self._inflate.unconsumed_tail
            elif not self._ended:
                self._waits = self._next()
            else:
                self._held = self._inflate.flush()
                break
        given = self._held[: len(into)]
        into[: len(given)] = given
        self._held = self._held[len(given) :]
        return len(given)

    def _next(self) -> bytes:
        from cryptography.exceptions import InvalidTag

        size = _length(self._file, self.path)
        box = self._file.read(size) if size <= CHUNK + 16 else b""
        for last in (False, True):
            try:
                plain = self._aead.decrypt(_nonce(self._number, last), box, None)
            except InvalidTag:
                continue
            self._number += 1
            self._ended = last
            if last and self._file.read(1):
                raise BackupRefused(f"{self.path} goes on after its end: something was added.")
            return plain
        raise BackupRefused(f"{self.path} does not open at chunk {self._number}: it was altered, cut off or reordered.")

    def close(self) -> None:
        self._file.close()
        super().close()
