"""Child processes that neither outlive their parent nor hear the terminal's Ctrl-C meant for it."""

from __future__ import annotations

import ctypes
import os
import signal
import sys

PR_SET_PDEATHSIG = 1


def settle(parent: int | None = None) -> None:
    """Call in a fresh child: leave the terminal's group, and be asked to stop when the parent is gone, even by kill -9.

    `parent` is the parent's pid where it is known: a parent that died before this call is noticed too. Only Linux
    can tell a child of its parent's death; elsewhere the child merely leaves the group.
    """
    os.setpgid(0, 0)
    if sys.platform != "linux":
        return
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    if parent is not None and os.getppid() != parent:
        os.kill(os.getpid(), signal.SIGTERM)
