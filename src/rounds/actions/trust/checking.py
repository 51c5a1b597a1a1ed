"""The runs of the compliance checks, kept as evidence: what held when, and what did not."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from rounds.actions.flow.deeds import deed
from rounds.actions.trust import audit
from rounds.kit.actor import Actor
from rounds.models import CheckRun
from rounds.models.base import signature

TASK = "trust.check"
"""The worker's task, deferred by its name: actions never import jobs."""


def keep(found: dict[str, Any], *, by: Actor, at: datetime) -> CheckRun:
    """Keep what a run of all checks found. Effects: CheckRun, an audit entry that names what fails."""
    with deed(by):
        run = CheckRun.objects.create(
            results=found["results"], passed=found["passed"], failed=found["failed"], unknown=found["unknown"],
            compliant=found["compliant"], **signature(by, at),
        )  # fmt: skip
        failing = [one["check"] for one in found["results"] if one["outcome"] == "fail"]
        audit.note("checks.run", by=by, at=at, kind="checks", subject=run.id,
                   detail={"passed": run.passed, "failed": failing, "unknown": run.unknown, "compliant": run.compliant})  # fmt: skip
    return run


def ask(*, by: Actor, at: datetime) -> bool:
    """Ask the worker to run the checks now; False when that waits in the queue already. Effects: a job, an audit entry."""
    with deed(by):
        try:
            with transaction.atomic():
                app.configure_task(TASK, lock=TASK, queueing_lock=TASK).defer(by=str(by.id) if by.id else None)
        except AlreadyEnqueued:
            return False
        audit.note("checks.ask", by=by, at=at, kind="checks")
    return True
