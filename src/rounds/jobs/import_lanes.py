"""Chunks of an import understood, compared or written side by side: while one waits for the database, another thinks.

Each has a connection and a transaction of its own; what must happen in the order of the file waits for its turn
(actions/flow/imports/turns.py).
"""

from __future__ import annotations

import gc
from collections import Counter, deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager

from django.db import connection, connections

from rounds.actions.flow.imports.turns import OutOfTurn, Turn

Write = Callable[[int, Turn, dict], None]
"""Works on a chunk in its turn; the last is what a lane keeps for its chunks to come."""
USUAL = gc.get_threshold()


def side_by_side(chunks: int, lanes: int, write: Write, memory: dict) -> Iterator[int]:
    """Write chunks 0 … `chunks`, at most `lanes` at a time; answers each once it stands, in order. One chunk alone, a single
    lane, and what is to be kept or dropped as a whole with what is around it are written here, one after the other. What the
    lanes counted is in `memory["tally"]` at the end.

    A chunk that lost its turn is written again once the one before stands, and so is what began beside it; then the lanes
    begin anew. Ended early, what is being written is ended first.
    """
    if lanes < 2 or chunks < 2 or connection.in_atomic_block:
        for chunk in range(chunks):
            write(chunk, Turn(), memory)
            yield chunk
        return
    threads = [ThreadPoolExecutor(1, f"import-{lane}") for lane in range(lanes)]
    kept: list[dict] = [{} for _ in threads]
    running: deque[tuple[int, Future]] = deque()
    ahead, turn, kept_turn = iter(range(chunks)), Turn(), True

    def begin_more() -> None:
        nonlocal turn
        while kept_turn and len(running) < lanes and (chunk := next(ahead, None)) is not None:
            turn = Turn(turn if running else None)
            running.append((chunk, threads[chunk % lanes].submit(_lane, write, chunk, turn, kept[chunk % lanes])))

    try:
        begin_more()
        while running:
            chunk, future = running.popleft()
            try:
                future.result()
            except OutOfTurn:
                kept_turn = False  # what would come behind it now would lose its turn with it
                write(chunk, Turn(), memory)
            kept_turn = kept_turn or not running
            begin_more()  # before it is told: whoever is told may wait for the chunk that is at its end
            yield chunk
    finally:
        for thread in threads:
            thread.submit(connections.close_all)
            thread.shutdown()
        memory["tally"] = sum((one.get("tally", Counter()) for one in kept), memory.get("tally", Counter()))


@contextmanager
def few_collections() -> Iterator[None]:
    """Python looks for cycles less often: tens of thousands of values that live for one chunk hold none."""
    gc.set_threshold(200_000, 20, 100)
    try:
        yield
    finally:
        gc.set_threshold(*USUAL)


def _lane(write: Write, chunk: int, turn: Turn, memory: dict) -> None:
    before = Counter(memory.get("tally"))
    try:
        with turn.passing():
            write(chunk, turn, memory)
    except BaseException:
        memory["tally"] = before  # the chunk is written again, and counted then
        raise
