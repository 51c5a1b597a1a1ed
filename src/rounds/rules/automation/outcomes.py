"""What a run came to, from what its steps came to; and when a failed deed is tried again."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

OPEN = ("planned", "delayed", "retrying")
"""States of a step that the engine still comes back to by itself."""
DONE, REFUSED, WAITING, FAILED, SKIPPED = "done", "refused", "waiting", "failed", "skipped"
REPLAYED = (FAILED, REFUSED, WAITING)
"""States a person may have done again."""


def state_of(steps: Sequence[str]) -> str:
    """The state of a run: the worst of its steps that ended, or running where one is still open."""
    if any(step in OPEN for step in steps):
        return "running"
    for worst in (FAILED, REFUSED, WAITING):
        if worst in steps:
            return worst
    return DONE


def again_at(at: datetime, attempts: int, times: int, wait: timedelta) -> datetime | None:
    """When a deed that failed for the `attempts`-th time is tried again; None when it has had its tries."""
    if attempts > times:
        return None
    return at + wait * 2 ** (attempts - 1)
