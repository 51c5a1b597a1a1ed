"""Child processes that neither outlive their parent nor hear the terminal's Ctrl-C meant for it."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from rounds.kit.refusal import Refusal

PR_SET_PDEATHSIG = 1
MOST_DEATHS = 5


class Hopeless(Refusal):
    """A process dies again and again."""


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


@dataclass
class Child:
    """One process of a family: its name, the command that starts it, and the process while it runs."""

    name: str
    command: Sequence[str]
    process: subprocess.Popen | None = None
    deaths: list[float] = field(default_factory=list)


class Family:
    """Child processes that are started together, replaced when they die, and ended together."""

    def __init__(self, environment: dict[str, str], say: Callable[[str], None]) -> None:
        self.environment, self.say = environment, say
        self.children: list[Child] = []

    def start(self, name: str, command: Sequence[str]) -> Child:
        child = Child(name, command)
        self.children.append(child)
        self._spawn(child)
        return child

    def _spawn(self, child: Child) -> None:
        parent = os.getpid()
        child.process = subprocess.Popen(  # noqa: S603 - our own commands, no shell
            list(child.command), env=self.environment, stdin=subprocess.DEVNULL, preexec_fn=lambda: settle(parent)
        )

    def look_after(self) -> None:
        """Replace whoever died. Raises Hopeless for a child that dies MOST_DEATHS times in a minute."""
        for child in self.children:
            status = child.process.poll() if child.process else None
            if status is None:
                continue
            moment = time.monotonic()
            child.deaths = [at for at in child.deaths if moment - at < 60] + [moment]
            if len(child.deaths) >= MOST_DEATHS:
                raise Hopeless(f"The {child.name} ended {MOST_DEATHS} times within a minute; see what it says above.")
            self.say(f"The {child.name} ended (status {status}); it is started again.")
            self._spawn(child)

    def end(self, patience: float = 30) -> None:
        """Ask everybody to stop, the last started first, and wait; who does not listen within `patience` is killed."""
        alive = [child.process for child in reversed(self.children) if child.process and child.process.poll() is None]
        for process in alive:
            process.terminate()
        until = time.monotonic() + patience
        for process in alive:
            try:
                process.wait(max(0.1, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
