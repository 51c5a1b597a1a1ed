"""Which processes belong to a cluster. A PID alone proves nothing: it may be reused, or a zombie."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from pathlib import Path

import psutil

from .home import Home


def postmaster(home: Home) -> psutil.Process | None:
    """The live postmaster named in `postmaster.pid`, if that PID really is PostgreSQL on this cluster."""
    try:
        pid = int(home.pid_file.read_text().splitlines()[0])
        process = psutil.Process(pid)
    except (OSError, ValueError, IndexError, psutil.Error):
        return None
    return process if _works_on(process, home.data) else None


def all_of(home: Home) -> list[psutil.Process]:
    """Every live PostgreSQL process of this cluster; backends may outlive a killed postmaster."""
    return [process for process in psutil.process_iter() if _works_on(process, home.data)]


def _works_on(process: psutil.Process, data: Path) -> bool:
    """Whether `process` is a live postgres whose working folder is `data` (all its processes go there)."""
    try:
        if not process.name().startswith("postgres") or process.status() == psutil.STATUS_ZOMBIE:
            return False
        return os.path.realpath(process.cwd()) == os.path.realpath(data)
    except (psutil.Error, OSError):
        return False


def clear_the_wreck(home: Home, patience: float = 5.0) -> None:
    """After a crash: end what is left of the old server, then drop the files that speak of it.

    Call it under the lock, once nothing answers. Orphaned backends must be gone before `postmaster.pid` is
    removed, for that file is how PostgreSQL itself would notice them.
    """
    deadline = time.monotonic() + patience
    while orphans := all_of(home):
        blow = signal.SIGQUIT if time.monotonic() < deadline else signal.SIGKILL
        for orphan in orphans:
            with contextlib.suppress(psutil.NoSuchProcess):
                orphan.send_signal(blow)
        time.sleep(0.02)
    home.pid_file.unlink(missing_ok=True)
    for left in home.socket_dir.glob(".s.PGSQL.*"):
        left.unlink(missing_ok=True)


def wait_until_gone(home: Home, seconds: float) -> bool:
    """Wait until no process of the cluster is left; False when some still are after `seconds`."""
    deadline = time.monotonic() + seconds
    while postmaster(home) or all_of(home):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True
