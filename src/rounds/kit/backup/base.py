"""A base backup: the whole cluster as one sealed stream, and the manifest that says what it is."""

from __future__ import annotations

import fcntl
import io
import json
import os
import shutil
import subprocess
import tarfile
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, Any

from .catalog import Backup, Store, canonical
from .crypt import Sealer, proof
from .lines import at_lsn
from .refusal import BackupRefused, told_of
from .server import Source
from .shipping import sync

READ = 1 << 20
Say = Callable[[int, int], None]


class BackupGoesOn(BackupRefused):
    """Another backup into this folder goes on just now."""

    status = 409


@dataclass(frozen=True, slots=True)
class Taken:
    """A backup that was made, and how long it took in seconds."""

    backup: Backup
    seconds: float


def take(source: Source, store: Store, *, ship: Callable[[], int], say: Say = lambda done, whole: None,
         patience: float = 120) -> Taken:  # fmt: skip
    """Back the cluster up into `store`. `ship` brings archived segments there, `say` hears bytes done and expected.

    It counts only when its segments are there too: those are waited for `patience` seconds. Whatever stops it, what is
    half made is removed now or by the next one. Raises BackupRefused with a sentence.
    """
    told = source.told()
    if told["archive_mode"] == "off":
        raise BackupRefused("The database does not archive its log (archive_mode is off): set it and start the database again.")
    store.belongs_to(told["system"])
    with told_of(store.folder), _alone(store):
        store.base.mkdir(parents=True, exist_ok=True, mode=0o700)
        for left in store.halves():
            shutil.rmtree(left, ignore_errors=True)
        began = datetime.now(UTC)
        name = began.strftime("%Y%m%dT%H%M%SZ")
        if (store.base / name).exists():
            raise BackupRefused(f"A backup named {name} is there already: wait a second.")
        half = store.base / f".half-{name}"
        half.mkdir(mode=0o700)
        try:
            said = _copy(source, store, half, name, int(told["bytes"]), say)
            said |= {"name": name, **told, "began_at": began.isoformat(), "ended_at": datetime.now(UTC).isoformat()}
            said |= {"start_wal": at_lsn(said["timeline"], said["start_lsn"], int(told["segment"])),
                     "end_wal": at_lsn(said["timeline"], said["end_lsn"], int(told["segment"]), end=True)}  # fmt: skip
            _wait_for_segments(store, said, ship, patience)
            _write(half / "manifest.json", {"said": said, "proof": proof(store.ring, said["key"], canonical(said))})
            sync(half)
            half.rename(store.base / name)
            sync(store.base)
        except BaseException:
            shutil.rmtree(half, ignore_errors=True)
            raise
    whole = Backup(name, store.base / name, said)
    return Taken(whole, (datetime.now(UTC) - began).total_seconds())


@contextmanager
def _alone(store: Store) -> Iterator[None]:
    lock = os.open(store.folder / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError:
        raise BackupGoesOn from None
    finally:
        os.close(lock)


def _copy(source: Source, store: Store, half: Path, name: str, whole: int, say: Say) -> dict[str, Any]:
    """Stream the cluster into half/data.enc; what it says of itself."""
    command = [source.programs / "pg_basebackup", "--dbname", source.address, "--pgdata", "-", "--format", "tar",
               "--wal-method", "none", "--checkpoint", "fast", "--manifest-checksums", "SHA256", "--no-password",
               "--label", f"rounds {name}"]  # fmt: skip
    private = os.open(half / "data.enc", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with open(private, "wb") as file, tempfile.TemporaryFile() as errors:
        sealer = Sealer(file, store.ring, store.about(f"base/{name}"))
        program = subprocess.Popen(  # noqa: S603 - PostgreSQL's own program, no shell
            [str(part) for part in command], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=errors, cwd="/")  # fmt: skip
        assert program.stdout is not None
        try:
            notes = _through(_Tee(program.stdout, sealer, whole, say))
            failed = program.wait()
        except tarfile.TarError:
            failed = program.wait() or 1
            notes = {}
        finally:
            if program.poll() is None:
                program.kill()
                program.wait()
        if failed or len(notes) < 2:
            errors.seek(0)
            lines = [one for one in errors.read().decode(errors="replace").splitlines() if "NOTICE" not in one]
            raise BackupRefused(f"pg_basebackup ended early: {(lines or ['it said nothing'])[-1][:300]}")
        digest = sealer.finish()
        file.flush()
        os.fsync(file.fileno())
    span = json.loads(notes["backup_manifest"])["WAL-Ranges"][-1]
    return {"format": 1, "key": store.ring.backup_active, "timeline": span["Timeline"], "start_lsn": span["Start-LSN"],
            "end_lsn": span["End-LSN"], "data": {"sha256": digest, "size": sealer.size}}  # fmt: skip


class _Tee(io.RawIOBase):
    """What is read from `file` goes into the sealer too; `say` hears of it four times a second."""

    def __init__(self, file: IO[bytes], sealer: Sealer, whole: int, say: Say) -> None:
        self._file, self._sealer, self._whole, self._say, self._done, self._said = file, sealer, whole, say, 0, 0.0

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        data = self._file.read(size)
        self._sealer.write(data)
        self._done += len(data)
        if time.monotonic() - self._said > 0.25:
            self._said = time.monotonic()
            self._say(self._done, self._whole)
        return data


def _through(tee: _Tee) -> dict[str, bytes]:
    """Read the stream to its end; the two files in it that say what it is."""
    notes = {}
    with tarfile.open(fileobj=tee, mode="r|", bufsize=READ) as tar:
        for one in tar:
            if one.name in ("backup_label", "backup_manifest") and (inside := tar.extractfile(one)):
                notes[one.name] = inside.read()
    while tee.read(READ):
        pass
    return notes


def _wait_for_segments(store: Store, said: dict[str, Any], ship: Callable[[], int], patience: float) -> None:
    """See that every segment the base needs is in the store; the server closed the last one when the base ended."""
    until, wait = time.monotonic() + patience, threading.Event()
    while True:
        ship()
        if said["end_wal"] in store.segments():
            return
        if time.monotonic() > until:
            raise BackupRefused(
                f"The segment {said['end_wal']} was not archived within {patience:.0f} seconds, so this backup does not count: "
                "see the database's log for what archive_command says."
            )
        wait.wait(0.1)


def _write(path: Path, said: dict[str, Any]) -> None:
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump(said, file, indent=1)
        file.flush()
        os.fsync(file.fileno())
