"""Chunks written side by side: what each must do in its turn. Leads are given out in the order of the file, every chunk
seeing what the one before gave though that is not committed yet; and chunks are closed in that order, so that where one fails
none behind it stands."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Lock

from rounds.kit.refusal import Refusal
from rounds.rules.routing.pool import Given

PATIENCE = 30.0
"""Seconds a chunk waits for the one before. Should that one wait for a row this one holds, nobody else would end it."""


class OutOfTurn(Refusal):
    """The chunk before did not come through, or not in time; this one is written anew once it has."""


class Turn:
    """The place of one chunk in the row; `before` is the chunk ahead of it, None where that is through already."""

    def __init__(self, before: Turn | None = None) -> None:
        self.before, self.through = before, False
        self.given: Given | None = None
        self._gave, self._over, self._ending, self._ends = Event(), Event(), Lock(), False

    @contextmanager
    def passing(self) -> Iterator[None]:
        """The chunk's whole transaction goes into this block: at its end it is through, or it failed."""
        try:
            yield
            self.through = True
        finally:
            self._gave.set()
            self._over.set()
            if self._ends:
                self._ending.release()
            self.before = None  # or the row of all chunks would be held to the end

    def alone(self) -> None:
        """Wait until the chunk before is through: before rows are changed that stand, and before the end. Raises OutOfTurn."""
        if self.before is not None and not (self.before._over.wait(PATIENCE) and self.before.through):
            raise OutOfTurn

    @contextmanager
    def choosing(self) -> Iterator[Given | None]:
        """Give out leads in the block; answers what the chunk before gave and has not committed. Raises OutOfTurn."""
        if self.before is None:
            yield None
        elif not self.before._gave.wait(PATIENCE):
            raise OutOfTurn
        else:
            with self.before._ending:  # did it commit while the loads are read, they would be counted twice or not at all
                if self.before._over.is_set() and not self.before.through:
                    raise OutOfTurn
                yield None if self.before.through else self.before.given

    def gave(self, given: Given | None) -> None:
        """Tell the chunk behind what this one gave; nothing where it gives nothing out."""
        self.given = given
        self._gave.set()

    def end(self) -> None:
        """What follows are the last statements, which only one chunk at a time may reach. Raises OutOfTurn."""
        self.alone()
        self._ends = self._ending.acquire()
