"""Where the key ring is kept and how this process holds it: one JSON file (mode 0600) that ROUNDS_KEYRING names.

{"active": "k1", "keys": {"k1": "<base64, 32 bytes>"}, "blind": "<base64>", "blind_before": ["<base64>"],
 "backup": {"active": "b1", "keys": {"b1": "<base64>"}}}. What else stands in it is kept as it is.
"""

from __future__ import annotations

import base64
import contextlib
import fcntl
import json
import os
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from rounds.kit.ring import (
    MARK,
    KeyMissing,
    KeyRing,
    fresh,
    key_of,
    with_backup,
    with_blind,
    with_key,
    without,
)

__all__ = ["LOOK_AGAIN", "MARK", "KeyMissing", "KeyRing", "change", "fresh", "key_of", "make_new", "opened", "read", "ring",
           "use", "where", "with_backup", "with_blind", "with_key", "without", "write"]  # fmt: skip

LOOK_AGAIN = 2.0
"""Seconds after which a process looks whether the file changed: a rotated ring is known everywhere soon."""
OURS = ("active", "keys", "blind", "blind_before", "backup")


def read(path: Path) -> KeyRing:
    """The ring in a file. Raises KeyMissing with what is wrong with it."""
    try:
        said = json.loads(path.read_text())
        backup = said.get("backup") or {"active": "", "keys": {}}
        ring = KeyRing(
            said["active"], _keys(said["keys"]), _key(said["blind"]), tuple(map(_key, said.get("blind_before", ()))),
            backup["active"], _keys(backup["keys"]), {name: value for name, value in said.items() if name not in OURS},
        )  # fmt: skip
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise KeyMissing(f"The key ring {path} cannot be read ({type(error).__name__}).") from None
    if ring.active not in ring.keys or any(len(key) != 32 for key in _all(ring)):
        raise KeyMissing(f"The key ring {path} needs an active key, and every key 32 bytes.")
    return ring


def _all(ring: KeyRing) -> tuple[bytes, ...]:
    return (*ring.keys.values(), ring.blind_key, *ring.blind_before, *ring.backup.values())


def _key(text: str) -> bytes:
    return base64.b64decode(text, validate=True)


def _keys(said: dict[str, str]) -> dict[str, bytes]:
    return {name: _key(text) for name, text in said.items()}


def write(path: Path, ring: KeyRing) -> None:
    """Put the ring into a file only its owner reads, whole or not at all."""
    shown = lambda keys: {name: base64.b64encode(key).decode() for name, key in keys.items()}  # noqa: E731
    said = {**ring.more, "active": ring.active, "keys": shown(ring.keys), **shown({"blind": ring.blind_key}),
            "blind_before": [base64.b64encode(key).decode() for key in ring.blind_before],
            "backup": {"active": ring.backup_active, "keys": shown(ring.backup)}}  # fmt: skip
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    with open(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump(said, file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    with contextlib.suppress(OSError):
        before = path.stat()
        os.chown(beside, before.st_uid, before.st_gid)  # a ring that root changes stays its owner's
    os.replace(beside, path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def change(path: Path, edit: Callable[[KeyRing], KeyRing]) -> KeyRing:
    """Change the ring in a file, one process at a time; this process uses the new one at once. Returns it."""
    with _alone(path):
        made = edit(read(path))
        write(path, made)
    _Held.ring = None
    return made


@contextmanager
def _alone(path: Path) -> Iterator[None]:
    lock = os.open(path.with_name(f".{path.name}.lock"), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
    finally:
        os.close(lock)


class _Held:
    path: Path | None = None
    ring: KeyRing | None = None
    stamp: tuple[int, int] = (0, 0)
    looked: float = 0.0


def use(path: Path, *, make: bool = False) -> None:
    """The file of this process's ring. With `make` a missing one is made: for trying out, never in production."""
    _Held.path, _Held.ring = path, None
    if make and not path.exists():
        make_new(path)


def make_new(path: Path) -> bool:
    """Make a new ring at `path` unless one stands there; whether it was made."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    made = path.with_name(f".{path.name}.{os.getpid()}.new")
    write(made, fresh())
    try:
        os.link(made, path)  # two processes may start at once: the first ring stays
    except FileExistsError:
        return False
    finally:
        made.unlink()
    return True


def where() -> Path:
    """The file of this process's ring."""
    if _Held.path is None:
        raise KeyMissing("No key ring is in use; set ROUNDS_KEYRING.")
    return _Held.path


def ring(*, look: bool = False) -> KeyRing:
    """The ring of this process, read again when its file changed; with `look` the file is looked at now."""
    moment = time.monotonic()
    if _Held.ring is not None and not look and moment - _Held.looked < LOOK_AGAIN:
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


def opened(sealed: str, about: str) -> str:
    """What was sealed, with this process's ring; a key it does not know yet is looked for in the file first."""
    held = ring()
    if sealed.startswith(MARK) and key_of(sealed) not in held.keys:
        held = ring(look=True)
    return held.open(sealed, about)
