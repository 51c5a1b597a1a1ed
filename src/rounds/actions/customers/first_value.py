"""Time to first value: counted from the start the playbook names, once both days are known (IMPL-04, C-27)."""

from __future__ import annotations

from datetime import datetime

from rounds.actions.customers import readings
from rounds.kit.actor import Actor
from rounds.models import Implementation, SuccessReading
from rounds.models.flow.active import active

METRIC = "time_to_first_value"


def count_days(project: Implementation, *, by: Actor, at: datetime) -> SuccessReading | None:
    """The reading of a project's days to first value; None while a day is missing. The one before it is withdrawn.

    Effects: those of readings.keep.
    """
    book = active().playbook.implementation
    start = {"signed": project.signed_on, "kickoff": project.kickoff_on, "golive": project.live_on}[book.ttfv_start]
    if start is None or project.first_value_on is None:
        return None
    parts = {"days": (project.first_value_on - start).days}
    old = SuccessReading.objects.filter(implementation=project, metric=METRIC, withdrawn_at=None).first()
    if old is not None:
        if old.parts == parts:
            return old
        readings.withdraw(old, why="Counted anew", by=by, at=at)
    words = {"signed": "the contract was signed", "kickoff": "the kickoff", "golive": "the go-live"}[book.ttfv_start]
    return readings.keep(project.customer, METRIC, as_of=project.first_value_on, parts=parts, implementation=project,
                         evidence=f"From {words} on {start:%-d %b %Y} to first value on {project.first_value_on:%-d %b %Y}: {project.first_value_note}", by=by, at=at)  # fmt: skip
