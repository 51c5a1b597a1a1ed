"""Whether a backup is good: every chunk opens, every file is as the server said, every segment is there."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

from .catalog import Store, Stretch
from .refusal import BackupRefused
from .restoring import open_segment, unpack


@dataclass(frozen=True, slots=True)
class Checked:
    """What a check found of one backup; `wrong` is empty where it is good."""

    stretch: Stretch
    wrong: tuple[str, ...]

    @property
    def good(self) -> bool:
        return not self.wrong


def verify(store: Store, stretch: Stretch, programs: Path, *, quick: bool = False) -> Checked:
    """Open everything a backup needs and look at it; with `quick` the files are not unpacked to be counted one by one.

    Unpacking needs room for the whole cluster in the folder of backups for as long as it lasts.
    """
    backup, wrong = stretch.backup, []
    if _digest(backup.folder / "data.enc") != backup.said["data"]["sha256"]:
        wrong.append(f"{backup.name}: data.enc is not the file its manifest names.")
    wrong += _unpacked(store, stretch, programs, quick)
    if not stretch.segments:
        wrong.append(f"{backup.name}: the segment {stretch.gap} is missing, without which it cannot be restored.")
    elif stretch.gap:
        wrong.append(f"{backup.name}: the segment {stretch.gap} is missing; it reaches {stretch.until:%Y-%m-%d %H:%M:%S} UTC and no further.")
    for name in stretch.segments:
        try:
            open_segment(store, name)
        except BackupRefused as error:
            wrong.append(str(error))
    return Checked(stretch, tuple(wrong))


def _digest(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError:
        return ""


def _unpacked(store: Store, stretch: Stretch, programs: Path, quick: bool) -> list[str]:
    place = Path(tempfile.mkdtemp(prefix=".verify-", dir=store.folder))
    try:
        if quick:
            _opened(store, stretch)
            return []
        unpack(store, stretch.backup, place / "pgdata")
        done = subprocess.run([str(programs / "pg_verifybackup"), "--no-parse-wal", "--quiet", str(place / "pgdata")],  # noqa: S603
                              capture_output=True, text=True, check=False, cwd="/")  # fmt: skip
        return [f"{stretch.backup.name}: {line}" for line in done.stderr.splitlines()[:5]] if done.returncode else []
    except (BackupRefused, OSError) as error:
        return [str(error)]
    finally:
        shutil.rmtree(place, ignore_errors=True)


def _opened(store: Store, stretch: Stretch) -> None:
    from .crypt import Opener

    backup = stretch.backup
    with Opener(backup.folder / "data.enc", store.ring, store.about(f"base/{backup.name}")) as sealed:
        while sealed.read(1 << 20):
            pass
