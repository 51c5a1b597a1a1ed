"""Ways to look into a server from outside, and to do harm to it."""

from __future__ import annotations

import contextlib
import os
import traceback
from collections.abc import Callable

import psutil

from rounds.kit import postgres


def processes_of(server: postgres.Server) -> list[psutil.Process]:
    """The live processes of `server`, its postmaster first."""
    data = str(server.data_dir / "pgdata")
    found = []
    for process in psutil.process_iter():
        try:
            if process.name().startswith("postgres") and process.cwd() == data:
                found.append(process)
        except psutil.Error:
            continue
    return sorted(found, key=lambda process: process.create_time())


def told_by_each(server: postgres.Server, question: Callable[[psutil.Process], object]) -> list:
    """What each live process of `server` answers; one that ends before its turn is left out, the postmaster never."""
    first, *others = processes_of(server)
    answers = [question(first)]
    for process in others:
        with contextlib.suppress(psutil.NoSuchProcess):
            answers.append(question(process))
    return answers


def postmaster_pid(server: postgres.Server) -> int:
    return int((server.data_dir / "pgdata" / "postmaster.pid").read_text().splitlines()[0])


def in_child(deed: Callable[[], None], *, uid: int | None = None) -> int:
    """Run `deed` in a forked child (as user `uid`), and return its PID at once; reap it with `end_of`."""
    pid = os.fork()
    if pid:
        return pid
    try:
        if uid is not None:
            os.setgroups([])
            os.setgid(uid)
            os.setuid(uid)
        deed()
        os._exit(0)
    except BaseException:
        traceback.print_exc()
        os._exit(1)


def end_of(pid: int) -> int:
    """Wait for a child; its exit code, or minus the signal that ended it."""
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
