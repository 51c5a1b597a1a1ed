"""A cluster as it was at a moment: a copy beside what runs, recovered and promoted, then stopped."""

from __future__ import annotations

import io
import re
import shutil
import tarfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import psycopg

from rounds.kit.postgres import binaries, settings
from rounds.kit.postgres.account import Account
from rounds.kit.postgres.binaries import Binaries
from rounds.kit.postgres.home import PORT, Home, locked, prepare
from rounds.kit.postgres.processes import clear_the_wreck, postmaster, wait_until_gone

from .catalog import Backup, Store, Stretch
from .crypt import Opener
from .refusal import BackupRefused, told_of
from .shipping import SEGMENT, system_of

ENDED_EARLY = "recovery ended before configured recovery target was reached"
"""What PostgreSQL says when nothing was committed after the moment asked for: then the end of the log is that moment."""


class OutsideOfReach(BackupRefused):
    """No backup reaches that moment."""

    status = 404


@dataclass(frozen=True, slots=True)
class Restored:
    """Where a copy stands: `last` is the time of the last transaction in it, None where the log held none."""

    folder: Path
    backup: Backup
    asked: datetime | None
    last: datetime | None
    timeline: int
    seconds: float


def choose(store: Store, moment: datetime | None) -> Stretch:
    """The newest backup that reaches `moment` (None: the latest there is). Raises OutsideOfReach with what is there."""
    every = [one for one in store.stretches() if one.segments]
    fits = [one for one in every if moment is None or one.holds(moment)]
    if fits:
        return fits[-1] if moment else max(fits, key=lambda one: (one.until, one.backup.since))
    if not every:
        raise OutsideOfReach(f"{store.folder} holds no whole backup; `rounds backup` makes one.")
    there = "; ".join(f"{one.backup.since:%Y-%m-%d %H:%M:%S} to {one.until:%Y-%m-%d %H:%M:%S} UTC"
                      + (f" (then segment {one.gap} is missing)" if one.gap else "") for one in every)  # fmt: skip
    raise OutsideOfReach(f"No backup reaches {moment:%Y-%m-%d %H:%M:%S} UTC. There is: {there}.")


def restore(store: Store, into: Path, *, moment: datetime | None = None, programs: Path | None = None,
            say: Callable[[str], None] = lambda said: None, patience: float = 3600,
            look: Callable[[psycopg.Connection], None] | None = None) -> Restored:  # fmt: skip
    """Make the folder `into` (empty or not there) a copy as of `moment`, or the latest; the copy is stopped at the end.

    `programs`: the bin folder of the PostgreSQL it came from; else the embedded one's. `look` is shown the copy while it
    runs. Raises BackupRefused; what was begun is removed then.
    """
    began = time.monotonic()
    if into.exists() and any(into.iterdir()):
        raise BackupRefused(f"{into} is not empty: restore into a folder of its own; nothing is ever overwritten.")
    stretch = choose(store, moment)
    fresh = not into.exists()
    try:
        with told_of(into), locked(into):
            home, account = prepare(into)
            say(f"unpacking {stretch.backup.name}")
            unpack(store, stretch.backup, home.data)
            say("opening the log")
            _lay_out_log(store, stretch, home, moment)
            _give(home, account)
            found = _programs(home, account, programs)
            say("recovering")
            _recover(home, account, found, stretch, moment, patience)
            last, timeline = _stands(home, stretch, look)
            _stop(home, account, found)
            for left in (home.at / "wal", home.at / "restore.conf", home.at / "restore_hba.conf"):
                shutil.rmtree(left, ignore_errors=True) if left.is_dir() else left.unlink(missing_ok=True)
    except BaseException:
        _clear(into, fresh)
        raise
    return Restored(into, stretch.backup, moment, last, timeline, time.monotonic() - began)


def unpack(store: Store, backup: Backup, data: Path) -> None:
    """The cluster of a backup into the new folder `data`. Raises BackupRefused where a chunk does not open."""
    data.mkdir(mode=0o700)
    with Opener(backup.folder / "data.enc", store.ring, store.about(f"base/{backup.name}")) as sealed:
        stream = io.BufferedReader(sealed, 1 << 20)
        with tarfile.open(fileobj=stream, mode="r|") as tar:
            tar.extractall(data, filter="data")
        while stream.read(1 << 20):
            pass
    for one in data.rglob("*"):
        one.chmod(0o700 if one.is_dir() else 0o600)
    (data / "pg_wal" / "archive_status").mkdir(parents=True, exist_ok=True, mode=0o700)


def _lay_out_log(store: Store, stretch: Stretch, home: Home, moment: datetime | None) -> None:
    """The segments up to `moment`, opened into home/wal, where the copy's own account may read them."""
    place = home.at / "wal"
    place.mkdir(mode=0o700)
    names, passed = [], 0
    for name in stretch.segments:
        names.append(name)
        if moment is not None and store.written_at(name) >= moment:
            passed += 1
            if passed > 1:
                break
    for name in [*names, *(one for one in store.segments() if one.endswith(".history"))]:
        open_segment(store, name, place / name)


def open_segment(store: Store, name: str, into: Path | None = None) -> None:
    """Open one file of the log, into a file or only to see that it opens. Raises BackupRefused naming it."""
    with Opener(store.wal / f"{name}.enc", store.ring, store.about(f"wal/{name}")) as sealed:
        data = io.BufferedReader(sealed, 1 << 20).read()
    if SEGMENT.match(name) and system_of(data) != store.system:
        raise BackupRefused(f"The segment {name} is of another cluster ({system_of(data)}).")
    if into is not None:
        into.write_bytes(data)


def _programs(home: Home, account: Account, programs: Path | None) -> Binaries:
    if programs is None:
        return binaries.for_home(home, account)
    return Binaries(programs.parent, int((home.data / "PG_VERSION").read_text()))


def _give(home: Home, account: Account) -> None:
    for place in (home.data, home.at / "wal"):
        for one in [place, *place.rglob("*")]:
            account.own(one)


def _recover(home: Home, account: Account, found: Binaries, stretch: Stretch, moment: datetime | None,
             patience: float) -> None:  # fmt: skip
    """Start the copy, let it read the log up to `moment`, and see it promoted."""
    for target in [moment, None] if moment else [None]:
        (home.data / "recovery.signal").touch()
        account.own(home.data / "recovery.signal")
        told = _start(home, account, found, target, patience)
        if told is None:
            return
        if not (target and ENDED_EARLY in told):
            lines = [one for one in told.splitlines() if "FATAL" in one or "PANIC" in one or "could not" in one]
            raise BackupRefused(f"The copy of {stretch.backup.name} did not recover: {(lines or [told[-300:]])[-1][:400]}")
        clear_the_wreck(home)


def _start(home: Home, account: Account, found: Binaries, target: datetime | None, patience: float) -> str | None:
    """Start it; None once it is promoted, else what its log says."""
    # Whatever the original was told (ports, networks, archives, TLS) the copy begins with settings of its own.
    aim = f"recovery_target_time = '{target.isoformat()}'\n" if target else ""
    (home.at / "restore.conf").write_text(
        settings.text(found.major) + f"restore_command = 'cp ../wal/\"%f\" \"%p\"'\n{aim}recovery_target_action = promote\n"
        "recovery_target_timeline = latest\nhot_standby = off\nlog_min_messages = log\n")  # fmt: skip
    (home.at / "restore_hba.conf").write_text("local all all trust\n")
    for name in ("restore.conf", "restore_hba.conf"):
        account.own(home.at / name)
    before = home.log.stat().st_size if home.log.exists() else 0
    started = account.run([
        found / "pg_ctl", "start", "--wait", f"--timeout={patience:.0f}", "--silent", "--pgdata", home.data, "--log", home.log,
        "--options", f"-k '{home.socket_dir}' -p {PORT} -c config_file='{home.at}/restore.conf' "
                     f"-c hba_file='{home.at}/restore_hba.conf' -c listen_addresses='' -c archive_mode=off -c ssl=off "
                     "-c shared_preload_libraries='' -c primary_conninfo=''",
    ])  # fmt: skip
    if started.returncode == 0 and _promoted(home, patience):
        return None
    with home.log.open(errors="replace") as log:
        log.seek(before)
        return log.read() or started.stdout


def _promoted(home: Home, patience: float) -> bool:
    """Wait until the copy has read its log and takes connections; False when it ended instead."""
    until = time.monotonic() + patience
    while time.monotonic() < until and postmaster(home):
        said = home.log.read_text(errors="replace")[-4000:]
        if "database system is ready to accept connections" in said.rsplit("starting PostgreSQL", 1)[-1]:
            return True
        time.sleep(0.05)
    return False


STOPPED = re.compile(r"last completed transaction was at log time ([0-9: .+-]+)")


def _stands(home: Home, stretch: Stretch,
            look: Callable[[psycopg.Connection], None] | None) -> tuple[datetime | None, int]:  # fmt: skip
    said = STOPPED.findall(home.log.read_text(errors="replace"))
    with psycopg.connect(host=str(home.socket_dir), port=PORT, user=stretch.backup.said["user"], dbname="postgres",
                         autocommit=True, connect_timeout=10) as connection:  # fmt: skip
        row = connection.execute("SELECT pg_is_in_recovery(), left(pg_walfile_name(pg_current_wal_lsn()), 8)").fetchone()
        if look is not None:
            look(connection)
    assert row is not None
    return (datetime.fromisoformat(said[-1].strip() + ":00" if said[-1].strip()[-3] in "+-" else said[-1].strip()) if said else None,
            int(row[1], 16))  # fmt: skip


def _stop(home: Home, account: Account, found: Binaries) -> None:
    account.run([found / "pg_ctl", "stop", "--wait", "--mode", "fast", "--silent", "--pgdata", home.data])
    if not wait_until_gone(home, 60):
        clear_the_wreck(home)


def _clear(into: Path, fresh: bool) -> None:
    """Remove what was begun."""
    from rounds.kit.postgres.home import find

    try:
        home = find(into)
        clear_the_wreck(home)
        for one in {home.at, home.socket_dir, into}:
            for left in one.iterdir() if one.is_dir() else ():
                shutil.rmtree(left, ignore_errors=True) if left.is_dir() else left.unlink(missing_ok=True)
        if fresh:
            into.rmdir()
    except OSError:
        return
