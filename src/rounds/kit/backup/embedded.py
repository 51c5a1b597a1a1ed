"""Archiving of the embedded server: off until the first backup, then every segment, within a minute.

The server's own account can neither read the key ring nor reach our programs. So its archive_command (a few lines of
shell that the launcher writes) lays each segment, whole and on disk, into home/archive/spool; whoever runs as us
(the worker every few seconds, each backup, each restore) seals it from there into the folder of backups.
"""

from __future__ import annotations

import json
import os
import time
from pathlib import Path

from rounds.kit.postgres import home as homes
from rounds.kit.postgres import settings
from rounds.kit.postgres.account import account_for
from rounds.kit.ring import KeyRing

from .catalog import Store
from .refusal import BackupRefused, told_of
from .server import Source
from .shipping import NAME, archive, ship


def folder_of(data_dir: Path) -> Path | None:
    """Where the segments of the server at `data_dir` go; None while archiving is off."""
    try:
        return Path(json.loads((settings.archive_of(homes.find(data_dir).data) / "on").read_text())["to"])
    except (OSError, ValueError, KeyError):
        return None


def switch_on(data_dir: Path, folder: Path, *, timeout: int) -> None:
    """Archive into `folder` from now on; a segment is closed after `timeout` seconds though not full.

    The running server is told. Raises BackupRefused where it was started without archiving.
    """
    source = Source.embedded(data_dir)
    told = source.told()
    if told["archive_mode"] == "off":
        raise BackupRefused("The database was started before it could archive: stop it (`make stop`), start it, and back up again.")
    home = homes.find(data_dir)
    account, place = account_for(home.at), settings.archive_of(home.data)
    with told_of(place):
        for one in (place, place / "spool"):
            account.make_private(one)
        half = place / ".on"
        half.write_text(json.dumps({"to": str(Path(os.path.abspath(folder))), "timeout": timeout}))
        account.own(half)
        half.replace(place / "on")
        settings.write(home.data, int(told["major"]))
    with source.connect() as connection:
        connection.execute("SELECT pg_reload_conf()")


def switch_off(data_dir: Path) -> None:
    """Archive no more; what waits in the spool stays there until the next shipping."""
    home = homes.find(data_dir)
    (settings.archive_of(home.data) / "on").unlink(missing_ok=True)


def waiting(data_dir: Path) -> int:
    """How many files wait to be sealed."""
    spool = settings.archive_of(homes.find(data_dir).data) / "spool"
    return sum(1 for one in spool.iterdir() if not one.name.startswith(".")) if spool.is_dir() else 0


def ship_all(data_dir: Path, ring: KeyRing) -> int:
    """Seal what waits in the spool into the folder of backups; how many files. Nothing where archiving is off."""
    folder = folder_of(data_dir)
    if folder is None:
        return 0
    home, store = homes.find(data_dir), Store(folder, ring)
    done = ship(settings.archive_of(home.data) / "spool", store, ring)
    # A restore in place began a line of its own while nothing was archived: where it left the old one is kept as well.
    for one in (home.data / "pg_wal").glob("*.history") if store.system else ():
        if NAME.match(one.name) and not (store.wal / f"{one.name}.enc").exists():
            done += archive(store, ring, one, one.name)
    return done


def close_segment(data_dir: Path, ring: KeyRing, *, patience: float = 30) -> None:
    """Archive the segment that is being written, so that a restore reaches this moment. The server must run."""
    source = Source.embedded(data_dir)
    folder = folder_of(data_dir)
    if folder is None:
        return
    with source.connect() as connection:
        connection.execute("SELECT pg_logical_emit_message(false, 'rounds', 'closed')")  # an idle server has something to close
        row = connection.execute("SELECT pg_walfile_name(pg_switch_wal() - 1)").fetchone()
    name = str(row[0]) if row else ""
    until = time.monotonic() + patience
    while name not in Store(folder, ring).segments():
        ship_all(data_dir, ring)
        if time.monotonic() > until:
            raise BackupRefused(f"The segment {name} was not archived within {patience:.0f} seconds: see {homes.find(data_dir).log}.")
        time.sleep(0.05)
