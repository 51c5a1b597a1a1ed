"""Start, find and stop the embedded server (why it is ours: docs/decisions/0001-embedded-postgres.md)."""

from __future__ import annotations

import contextlib
import shutil
import signal
import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import psutil
import psycopg

from . import binaries, databases, processes, settings
from .account import Account
from .home import PORT, Home, find, locked, prepare
from .refusal import DatabaseRefused, from_output, told_of

ROLES = ("rounds_owner", "rounds_web", "rounds_worker")
RECOVERY = 300  # seconds a server may take to come up after a crash with much to replay
FULL_LOG = 10 * 2**20  # bytes after which the log starts anew


@dataclass(frozen=True, slots=True)
class Server:
    """A running server: where its socket is, and the database and roles that were asked for."""

    socket_dir: Path
    port: int
    database: str
    data_dir: Path

    def dsn(self, role: str, database: str | None = None) -> str:
        """The connection address for `role`, in the form of DATABASE_URL."""
        return (
            f"postgresql://{quote(role, safe='')}@/{quote(database or self.database, safe='')}"
            f"?host={quote(str(self.socket_dir), safe='')}&port={self.port}"
        )


@dataclass(frozen=True, slots=True)
class Status:
    """What is known of a data folder: `running` means that it answered just now."""

    running: bool
    made: bool
    pid: int | None
    at: Path
    socket_dir: Path
    log: Path


def ensure(data_dir: Path, *, roles: Sequence[str] = ROLES, database: str = "rounds") -> Server:
    """A running server for `data_dir` with `database`, owned by the first of `roles`: found, started or made.

    Safe to call from many processes at once, and again at any time. The server outlives its caller.
    Raises DatabaseRefused with a sentence when it cannot be had.
    """
    home = find(data_dir)
    with contextlib.suppress(psycopg.Error, OSError):
        if databases.has_all(home, roles, database):
            return _server(home, database)
    with locked(data_dir) as lock:
        home, account = prepare(data_dir)
        if not _answers(home):
            _start(home, account, lock)
        try:
            databases.provide(home, roles, database)
        except psycopg.Error as error:
            raise DatabaseRefused(f"The PostgreSQL at {home.at} refused the launcher: {error}") from error
    return _server(home, database)


def status(data_dir: Path) -> Status:
    """Whether the server of `data_dir` answers, and where its files are. Changes nothing."""
    home = find(data_dir)
    with told_of(home.asked):
        made = home.exists
        running = made and _answers(home, patience=2)
    process = processes.postmaster(home) if running else None
    return Status(running, made, process.pid if process else None, home.at, home.socket_dir, home.log)


def stop(data_dir: Path, *, patience: float = 60) -> bool:
    """Stop the server of `data_dir` cleanly (open connections are closed); False when none was running.

    After `patience` seconds it is stopped the hard way: it then recovers at the next start, nothing is lost.
    """
    with told_of(data_dir):
        if not find(data_dir).exists:
            return False
    with locked(data_dir):
        home = find(data_dir)
        process = processes.postmaster(home)
        if process is None:
            return False
        with contextlib.suppress(psutil.NoSuchProcess):
            process.send_signal(signal.SIGINT)
        if not processes.wait_until_gone(home, patience):
            processes.clear_the_wreck(home)
        return True


def _server(home: Home, database: str) -> Server:
    return Server(home.socket_dir, PORT, database, home.at)


def _answers(home: Home, patience: float = RECOVERY) -> bool:
    """Whether the server takes a connection now; one that says it is starting is waited for."""
    deadline = time.monotonic() + patience
    while True:
        try:
            databases.connect(home).close()
            return True
        except psycopg.errors.ConnectionTimeout:
            if processes.postmaster(home):
                raise DatabaseRefused(
                    f"The PostgreSQL at {home.at} runs but does not answer: look at {home.log}, "
                    "then stop it (`make stop`) and try again."
                ) from None
            return False
        except psycopg.OperationalError as error:
            said = str(error)  # always English: lc_messages is C
            busy = any(state in said for state in ("starting up", "recovery", "shutting down"))
            if "FATAL:" in said and not busy:
                return True  # it speaks: a full house, for example, is not a dead server
            if not (busy or _is_opening(home)) or time.monotonic() > deadline:
                return False
        time.sleep(0.02)


def _is_opening(home: Home) -> bool:
    """Whether a postmaster is on its way up: its launcher was killed before the first answer."""
    process = processes.postmaster(home)
    with contextlib.suppress(psutil.Error):
        return process is not None and time.time() - process.create_time() < 5
    return False


def _start(home: Home, account: Account, lock: int) -> None:
    """Start the server of `home`, making the cluster first where there is none."""
    programs = binaries.for_home(home, account)
    if not home.exists:
        _make(home, account, programs, lock)
    processes.clear_the_wreck(home)
    with told_of(home.at):
        settings.write(home.data, programs.major)
        if home.log.exists() and home.log.stat().st_size > FULL_LOG:
            home.log.replace(home.log.with_suffix(".log.1"))
        written = home.log.stat().st_size if home.log.exists() else 0
        started = account.run([
            programs / "pg_ctl", "start", "--wait", f"--timeout={RECOVERY}", "--silent",
            "--pgdata", home.data, "--log", home.log, "--options", f"-k '{home.socket_dir}' -p {PORT}",
        ])  # fmt: skip
    if started.returncode != 0:
        said = ""
        with contextlib.suppress(OSError), home.log.open(errors="replace") as log:
            log.seek(written)
            said = log.read()
        raise from_output(home.at, "start", said or started.stdout)


def _make(home: Home, account: Account, programs: binaries.Binaries, lock: int) -> None:
    """Make the cluster beside its place and move it there when complete: a kill leaves none half made."""
    with told_of(home.at):
        for left in home.at.glob("pgdata-*"):
            shutil.rmtree(left, ignore_errors=True)
        half = Path(tempfile.mkdtemp(prefix="pgdata-", dir=home.at))
        account.own(half)
        made = account.run(
            [
                programs / "initdb", "--pgdata", half, "--username", databases.SUPERUSER, "--auth", "trust",
                "--encoding", "UTF8", "--locale", "C", *_locale(programs.major),
                "--data-checksums", "--no-instructions",
            ],
            pass_fds=(lock,),
        )  # fmt: skip
        if made.returncode != 0:
            shutil.rmtree(half, ignore_errors=True)
            raise from_output(home.at, "make a new database", made.stdout)
        with (half / "postgresql.conf").open("a") as file:
            file.write(f"\ninclude_if_exists = '{settings.FILE}'\n")
        for name in (settings.FILE, "pg_hba.conf"):
            (half / name).touch(mode=0o600)
            account.own(half / name)
        half.rename(home.data)


def _locale(major: int) -> tuple[str, ...]:
    """The locale that PostgreSQL brings itself, so that order and case are the same on every machine."""
    if major >= 17:
        return ("--locale-provider", "builtin", "--builtin-locale", "C.UTF-8")
    return ("--lc-ctype", "C.UTF-8")
