"""Where a server lives on disk, and the lock that lets one process at a time change it.

data_dir/            the folder the caller names
  lock               held (flock) while a server is made, started or stopped
  MOVED              only when root's server account cannot reach this folder: where the home is instead
home/                data_dir, or the folder named in MOVED; 0700, owned by the server's account
  pgdata/            the cluster
  run/               the socket (0700); when the path is too long, the folder named in `socket_dir`
  postgres.log
  archive.sh         what PostgreSQL runs for each segment of its log; archive/ where they wait (rounds.kit.backup)
  postgresql-…/      a copy of the binaries, only where the account cannot reach the installed ones
"""

from __future__ import annotations

import fcntl
import os
import secrets
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from .account import Account, account_for
from .refusal import DatabaseRefused, told_of

PORT = 5432  # names the socket file; no network port is opened
LONGEST = 99 - len(f"/.s.PGSQL.{PORT}")  # sun_path holds 104 bytes on macOS, 108 on Linux
RUNTIME = Path("/var/lib/rounds")


@dataclass(frozen=True, slots=True)
class Home:
    """The folders of one server. `asked` is what the caller named, `at` where things really are."""

    asked: Path
    at: Path

    @property
    def data(self) -> Path:
        return self.at / "pgdata"

    @property
    def log(self) -> Path:
        return self.at / "postgres.log"

    @property
    def pid_file(self) -> Path:
        return self.data / "postmaster.pid"

    @property
    def socket_dir(self) -> Path:
        """The folder of the socket, short enough for the system's limit once `prepare` has run."""
        named = self.at / "socket_dir"
        return Path(named.read_text().strip()) if named.exists() else self.at / "run"

    @property
    def exists(self) -> bool:
        return (self.data / "PG_VERSION").exists()


def find(data_dir: Path) -> Home:
    """The home for `data_dir` as it is now; nothing is made."""
    asked = Path(os.path.abspath(data_dir))
    with told_of(asked):
        try:
            return Home(asked, Path((asked / "MOVED").read_text().splitlines()[0]))
        except FileNotFoundError:
            return Home(asked, asked)


@contextmanager
def locked(data_dir: Path) -> Iterator[int]:
    """Hold the lock of `data_dir` (made if missing); yields its descriptor.

    A child that inherits the descriptor keeps the lock when we are killed, so nobody meddles with an initdb
    that outlived its launcher.
    """
    asked = Path(os.path.abspath(data_dir))
    with told_of(asked):
        fresh = not asked.exists()
        asked.mkdir(parents=True, exist_ok=True)
        if fresh:
            asked.chmod(0o700)
        lock = os.open(asked / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield lock
    finally:
        os.close(lock)


def prepare(data_dir: Path) -> tuple[Home, Account]:
    """Make the home of `data_dir` ready for its account: reachable, private, with a short socket path.

    Call it under the lock. Parent folders are never opened to others: where root's server account cannot come
    in, the home moves under /var/lib/rounds and a note called MOVED says so.
    """
    home = find(data_dir)
    with told_of(home.at):
        _must_be_ours(home)
        account = account_for(home.at)
        if account.lent and home.at == home.asked:
            home = _within_reach(home, account)
        account.make_private(home.at)
        _shorten(home, account)
        account.make_private(home.socket_dir)
    return home, account


def _must_be_ours(home: Home) -> None:
    """Refuse a folder where other things live: it is about to be closed to everybody else."""
    ours = ("lock", "MOVED", "run", "socket_dir", "pgdata", "postgres.log", "postgresql-", "archive")
    others = sorted(entry.name for entry in home.at.iterdir() if not entry.name.startswith(ours))
    if others and not home.exists:
        raise DatabaseRefused(
            f"{home.at} holds other files ({', '.join(others[:3])}): "
            "the database needs a folder of its own, so choose an empty or a new one."
        )


def _within_reach(home: Home, account: Account) -> Home:
    """`home` where the lent account can enter it, else a new one under /var/lib and a note in the old."""
    before = home.at.stat()
    account.own(home.at)
    if account.reaches(home.at):
        return home
    os.chown(home.at, before.st_uid, before.st_gid)
    moved = Home(home.asked, _elsewhere())
    (home.asked / "MOVED").write_text(
        f"{moved.at}\n\nThe database lives in the folder above: PostgreSQL does not run as root, and\n"
        f"the account that runs it ({account.name}) cannot enter this one unless its parents are opened.\n"
    )
    return moved


def _elsewhere() -> Path:
    try:
        RUNTIME.mkdir(parents=True, exist_ok=True)
        place = RUNTIME / secrets.token_hex(4)
        place.mkdir(mode=0o700)
        return place
    except OSError:
        return Path(tempfile.mkdtemp(prefix="rounds-"))


def _shorten(home: Home, account: Account) -> None:
    """Choose a socket folder under the temp folder where the home's own path is too long for a socket."""
    if len(os.fsencode(home.at / "run")) <= LONGEST:
        return
    if (home.at / "socket_dir").exists() and _is_private(home.socket_dir, account):
        return
    short = Path(tempfile.mkdtemp(prefix="pg-", dir="/tmp"))  # 0700 and unguessable
    (home.at / "socket_dir").write_text(f"{short}\n")


def _is_private(folder: Path, account: Account) -> bool:
    """Whether `folder` is still ours; one in the temp folder may have been cleaned away or replaced."""
    try:
        found = folder.lstat()
    except FileNotFoundError:
        return False
    return found.st_uid in (account.uid, os.geteuid()) and not folder.is_symlink() and folder.is_dir()
