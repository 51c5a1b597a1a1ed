"""Segments of the write-ahead log into the folder of backups: sealed, whole or not at all, and the same one twice is one.

Outside of Rounds this is PostgreSQL's archive_command: `python -m rounds.kit.backup FOLDER RING %p %f`.
"""

from __future__ import annotations

import hashlib
import os
import re
import struct
from datetime import UTC, datetime
from pathlib import Path

from rounds.kit.ring import KeyRing

from .catalog import Store
from .crypt import Opener, Sealer
from .refusal import BackupRefused, told_of

NAME = re.compile(r"^([0-9A-F]{24}(\.[0-9A-F]{8}\.backup|\.partial)?|[0-9A-F]{8}\.history)$")
SEGMENT = re.compile(r"^[0-9A-F]{24}$")


def system_of(head: bytes) -> str:
    """The number of the cluster a segment belongs to, from its first page (its long header: docs of xlog_internal.h)."""
    return str(struct.unpack_from("<Q", head, 24)[0]) if len(head) >= 40 else ""


def archive(store: Store, ring: KeyRing, path: Path, name: str) -> bool:
    """Seal the file `path` into the store as `name` and see it on disk; False where it stood there already.

    Raises BackupRefused where another file of that name, or another cluster's, stands there.
    """
    if not NAME.match(name):
        raise BackupRefused(f"{name[:60]} is no file of a write-ahead log.")
    with told_of(path):
        data, written = path.read_bytes(), path.stat().st_mtime
    if SEGMENT.match(name):
        store.belongs_to(system_of(data))
    target = store.wal / f"{name}.enc"
    about = store.about(f"wal/{name}")
    with told_of(store.folder):
        store.wal.mkdir(parents=True, exist_ok=True, mode=0o700)
        if target.exists():
            _must_be_the_same(target, ring, about, data)
            return False
        half = store.wal / f".{name}.{os.getpid()}"
        try:
            with open(os.open(half, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
                sealer = Sealer(file, ring, about, at=datetime.fromtimestamp(written, UTC).isoformat())
                sealer.write(data)
                sealer.finish()
                file.flush()
                os.fsync(file.fileno())
            half.replace(target)
            sync(store.wal)
        finally:
            half.unlink(missing_ok=True)
    return True


def _must_be_the_same(target: Path, ring: KeyRing, about: str, data: bytes) -> None:
    digest = hashlib.sha256()
    with Opener(target, ring, about) as stands:
        while part := stands.read(1 << 20):
            digest.update(part)
    if digest.digest() != hashlib.sha256(data).digest():
        raise BackupRefused(f"{target.name} stands there with other content: two clusters archive into {target.parent}.")


def ship(spool: Path, store: Store, ring: KeyRing) -> int:
    """Seal what the server laid into `spool` and drop it there, oldest first; how many files."""
    done = 0
    try:
        waiting = sorted(one for one in spool.iterdir() if NAME.match(one.name))
    except FileNotFoundError:
        return 0
    for one in waiting:
        archive(store, ring, one, one.name)
        one.unlink(missing_ok=True)
        done += 1
    return done


def sync(folder: Path) -> None:
    """See that the names in `folder` are on disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
