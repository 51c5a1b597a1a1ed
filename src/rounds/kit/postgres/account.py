"""Which account runs the server: PostgreSQL refuses root, so root lends it an unprivileged one."""

from __future__ import annotations

import os
import pwd
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from .refusal import DatabaseRefused

# The first that exists. An operator who wants an account of its own makes one called "rounds".
CANDIDATES = ("rounds", "nobody")

# A short, clean environment: PGDATA, PGOPTIONS and the like of the caller must not reach the server.
ENVIRONMENT = {"PATH": "/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC"}


@dataclass(frozen=True, slots=True)
class Account:
    """The operating-system account that owns the data and runs the server."""

    uid: int
    gid: int
    name: str
    lent: bool  # True when we are root and the server runs as somebody else

    def run(self, command: Sequence[str | Path], **options) -> subprocess.CompletedProcess[str]:
        """Run a program as this account, in `/`, in a clean environment; its two outputs come back as one.

        Raises OSError when the program cannot be started at all.
        """
        if self.lent:
            options |= {"user": self.uid, "group": self.gid, "extra_groups": []}
        return subprocess.run(  # noqa: S603 - our own binaries, no shell
            [str(part) for part in command],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            errors="replace",
            cwd="/",
            env=ENVIRONMENT,
            umask=0o077,
            check=False,
            **options,
        )

    def reaches(self, folder: Path) -> bool:
        """Whether this account can enter `folder` through all its parents: tried, not guessed."""
        if not self.lent:
            return True
        return self.run(["/bin/sh", "-c", 'cd "$1" 2>/dev/null', "sh", folder]).returncode == 0

    def own(self, path: Path) -> None:
        """Give `path` to this account; nothing to do unless it is lent."""
        if self.lent:
            os.chown(path, self.uid, self.gid)

    def make_private(self, folder: Path) -> None:
        """See that `folder` exists, is 0700 and belongs to this account."""
        folder.mkdir(mode=0o700, exist_ok=True)
        if folder.stat().st_uid != self.uid:
            self.own(folder)
        if folder.stat().st_mode & 0o777 != 0o700:
            folder.chmod(0o700)


def account_for(home: Path) -> Account:
    """The account for the server at `home`: ourselves; for root the folder's owner, else a lent one."""
    me = os.geteuid()
    if me != 0:
        return Account(me, os.getegid(), _name(me), lent=False)
    if (owner := home.stat()).st_uid != 0:
        return Account(owner.st_uid, owner.st_gid, _name(owner.st_uid), lent=True)
    for name in CANDIDATES:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(entry.pw_uid, entry.pw_gid, name, lent=True)
    raise DatabaseRefused(
        "PostgreSQL does not run as root, and this machine has no account to lend it: "
        f"make one called {CANDIDATES[0]!r}, or start as a normal user, or set DATABASE_URL."
    )


def _name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        raise DatabaseRefused(
            f"PostgreSQL needs an account with a name, and user id {uid} has none on this machine: "
            "add it to /etc/passwd, or set DATABASE_URL to another PostgreSQL."
        ) from None
