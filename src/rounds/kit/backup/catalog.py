"""What stands in a folder of backups: the bases, the segments, and the stretches of time they reach."""

from __future__ import annotations

import hmac
import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from rounds.kit.ring import KeyRing

from .crypt import header_of, proof
from .refusal import BackupRefused, told_of


@dataclass(frozen=True, slots=True)
class Backup:
    """A whole base backup. `since` is the first moment it can be restored to; `first` its first segment."""

    name: str
    folder: Path
    said: dict[str, Any]

    @property
    def since(self) -> datetime:
        return datetime.fromisoformat(self.said["ended_at"])

    @property
    def first(self) -> str:
        return str(self.said["start_wal"])

    @property
    def size(self) -> int:
        return int(self.said["data"]["size"])


@dataclass(frozen=True, slots=True)
class Stretch:
    """The moments a backup reaches with the segments that stand there. `gap` names the first that is missing although
    later ones are there; `segments` those it needs, in order."""

    backup: Backup
    until: datetime
    segments: tuple[str, ...]
    gap: str | None

    def holds(self, moment: datetime) -> bool:
        return self.backup.since <= moment <= self.until


class Store:
    """A folder of backups, read with `ring`. Making one changes nothing on disk."""

    def __init__(self, folder: Path, ring: KeyRing) -> None:
        self.folder, self.ring = Path(os.path.abspath(folder)), ring
        self.base, self.wal = self.folder / "base", self.folder / "wal"

    @property
    def system(self) -> str:
        """The number of the cluster these are backups of; "" while there are none."""
        try:
            return str(json.loads((self.folder / "cluster.json").read_text())["system"])
        except FileNotFoundError:
            return ""
        except (OSError, ValueError, KeyError) as error:
            raise BackupRefused(f"{self.folder / 'cluster.json'} cannot be read: {error}.") from None

    def belongs_to(self, system: str) -> None:
        """See that the folder is of the cluster `system`; an empty one becomes its. Raises BackupRefused."""
        stands = self.system
        if stands and stands != system:
            raise BackupRefused(f"{self.folder} holds backups of another cluster ({stands}, this is {system or 'none'}): choose another folder.")
        if not stands and system:
            with told_of(self.folder):
                self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
                half = self.folder / f".cluster.{os.getpid()}"
                half.write_text(json.dumps({"system": system}))
                half.replace(self.folder / "cluster.json")

    def about(self, place: str) -> str:
        """What a sealed stream at `place` is bound to."""
        return f"{self.system}/{place}"

    def backups(self) -> list[Backup]:
        """The whole backups, oldest first. Raises BackupRefused where a manifest was altered."""
        if not self.base.is_dir():
            return []
        return [self._read(one) for one in sorted(self.base.iterdir()) if (one / "manifest.json").is_file()]

    def _read(self, folder: Path) -> Backup:
        try:
            whole = json.loads((folder / "manifest.json").read_text())
            said, shown = whole["said"], whole["proof"]
            expected = proof(self.ring, said["key"], canonical(said))
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise BackupRefused(f"The manifest of {folder.name} cannot be read ({type(error).__name__}).") from None
        if not hmac.compare_digest(expected, shown) or said["name"] != folder.name:
            raise BackupRefused(f"The manifest of {folder.name} was altered, or the folder renamed.")
        if said["system"] != self.system:
            raise BackupRefused(f"{folder.name} is a backup of another cluster ({said['system']}): it was put there by mistake.")
        return Backup(folder.name, folder, said)

    def segments(self) -> set[str]:
        """The names of the WAL files that stand there."""
        return {one.name.removesuffix(".enc") for one in self.wal.glob("[0-9A-F]*.enc")} if self.wal.is_dir() else set()

    def written_at(self, segment: str) -> datetime:
        """When the server wrote the end of `segment`: what was committed before is in it or in earlier ones."""
        return datetime.fromisoformat(header_of(self.wal / f"{segment}.enc")["at"])

    def stretches(self) -> list[Stretch]:
        """What each backup reaches, oldest first."""
        there = self.segments()
        return [self._stretch(one, there) for one in self.backups()]

    def _stretch(self, backup: Backup, there: set[str]) -> Stretch:
        from .lines import following

        need, gap = [], None
        for name in following(self, backup.first, int(backup.said["segment"]), there):
            if name not in there:
                gap = name
                break
            need.append(name)
        unknown = {f"{name[:8]}.history" for name in there if len(name) == 24 and name[:8] > backup.first[:8]} - there
        gap = gap or min(unknown, default=None)  # a later line whose beginning nobody knows
        last = need[-1] if need else ""
        until = max(self.written_at(last), backup.since) if last >= backup.said["end_wal"] else backup.since
        if last < backup.said["end_wal"]:  # the base itself is not whole without these
            return Stretch(backup, backup.since, (), gap or backup.said["end_wal"])
        return Stretch(backup, until, tuple(need), gap)

    def drop_but(self, keep: int) -> list[str]:
        """Remove all but the newest `keep` backups, and the segments that only they needed; the names removed."""
        whole = self.backups()
        gone, kept = whole[:-keep] if keep > 0 else [], whole[-keep:]
        with told_of(self.folder):
            for one in gone:
                (one.folder / "manifest.json").unlink()  # first: what is half gone is no backup
                shutil.rmtree(one.folder)
            oldest = min((one.first[8:] for one in kept), default="")
            for name in sorted(self.segments()) if gone else ():
                if len(name) >= 24 and name[8:24] < oldest:
                    (self.wal / f"{name}.enc").unlink(missing_ok=True)
        return [one.name for one in gone]

    def halves(self) -> Iterator[Path]:
        """What an interrupted backup left; it never counts."""
        return self.base.glob(".half-*") if self.base.is_dir() else iter(())


def canonical(said: dict[str, Any]) -> bytes:
    """The bytes a manifest's proof is made over."""
    return json.dumps(said, sort_keys=True, separators=(",", ":")).encode()
