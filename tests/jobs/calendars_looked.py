"""When calendars are looked at in tests, and looking."""

from __future__ import annotations

from datetime import UTC, datetime

from rounds.jobs import calendars as job
from rounds.kit.clock import frozen_at

AT = datetime(2026, 3, 2, 14, 0, tzinfo=UTC)


def looked(at: datetime) -> int:
    """How many calendars the chore looks at, at that moment."""
    with frozen_at(at):
        return job.look()
