"""The database connections of jobs: one for each thread, kept between small jobs while there is work.

A fresh connection knows no table yet: its first statements cost more than a whole small job does on one that has worked
before. So it stays while job follows job, and is closed once it was idle for IDLE: a worker at rest holds none. Bigger
jobs end with theirs, so that none of their locks, settings and memory outlives them.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.db import connection, connections

SMALL = frozenset({"flow.automate", "flow.carry_on", "leads.follow"})
"""Jobs that leave nothing on their connection: no lock, no setting, no table that ends with the session."""
IDLE = 5.0
"""Seconds after which an idle connection is closed."""


@dataclass
class _Kept:
    """The connection of one thread. `busy` is held while a job works on it; `raw` is the driver's own, which another
    thread may close."""

    busy: threading.Lock = field(default_factory=threading.Lock)
    raw: Any = None
    since: float = 0.0


_here = threading.local()
_kept: list[_Kept] = []


def own_connection(call_next: Callable[[], Any], context: Any, worker: Any) -> Any:
    """Each job works on a connection of its thread's own that is alive; a small one leaves it to the next."""
    mine = _mine()
    with mine.busy:
        if connection.connection is not None and not connection.is_usable():
            connection.close()
        done = False
        try:
            answer = call_next()
            done = context.job.task_name in SMALL
            return answer
        finally:
            if done:
                mine.raw, mine.since = connection.connection, time.monotonic()
            else:
                connections.close_all()
                mine.raw = None


def close_idle(idle: float = IDLE) -> int:
    """Close what no job worked on for so long; how many."""
    closed = 0
    for one in list(_kept):
        if one.raw is not None and time.monotonic() - one.since >= idle and one.busy.acquire(blocking=False):
            try:
                if one.raw is not None and time.monotonic() - one.since >= idle:
                    one.raw.close()
                    one.raw, closed = None, closed + 1
            finally:
                one.busy.release()
    return closed


def _mine() -> _Kept:
    if not hasattr(_here, "kept"):
        _here.kept = _Kept()
        _kept.append(_here.kept)
    return _here.kept
