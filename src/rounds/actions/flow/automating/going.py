"""An event's automations begun and done in one go: planned, their due steps done and everything written at once.

A run that is over before anybody saw it is written once, as it ended. Planned and done stand or fall together, so there
is one deed for each (event, automation, position) as ever; what does not fit into the time is written as planned and
goes on by itself.
"""

from __future__ import annotations

import time
from datetime import datetime
from uuid import UUID

from rounds.actions.flow.automating import planning, stepping
from rounds.actions.flow.automating.planning import Cause
from rounds.models.flow.active import active


def go(cause: Cause, *, at: datetime) -> list[UUID]:
    """Begin what `cause` starts and do what is due of it; the runs that have more to do now.

    Effects: those of `planning.plan` and `stepping.step`, in the caller's transaction. Begun before: nothing new.
    """
    there = planning.begun(cause)
    if there is not None:
        return there
    found = planning.worked_out(cause, active(), at=at)
    ends, left = time.perf_counter() + stepping.AT_ONCE.seconds, []
    for one in found:
        if one.run.state != "running":
            continue
        _, more = stepping.advance(one.run, one.steps, stepping.AT_ONCE, at=at) if time.perf_counter() < ends else ([], True)
        if more:
            left.append(one.run.id)
    planning.keep(found)
    return left
