"""Making and sending reports at their times: for each of their people as they may see the records, once."""

from __future__ import annotations

import logging

from rounds.access.scope import scope_of
from rounds.access.sight import sight, system_sight
from rounds.actions.numbers import report_times, reports
from rounds.actions.trust import audit
from rounds.analytics.reports import making
from rounds.jobs.numbers import wake
from rounds.kit.actor import SYSTEM_ACTOR
from rounds.kit.clock import now
from rounds.models import Report, User
from rounds.models.flow.active import active

log = logging.getLogger("rounds.worker")


def ask() -> int:
    """The chore of every minute: what is due is handed to the queue; how many reports."""
    return report_times.tick(at=now())


def make(name: str, slot: str, *, run: str = "", position: int = 0) -> int:
    """Make the report of one time for everybody who gets it and mail it; how many. Killed, it begins anew and finds what is
    there: report and mail of one person are written together, once. `run`, `position`: the step that waits for it."""
    with system_sight():
        people, there = reports.recipients(name), set(Report.objects.filter(kind=name, slot=slot).values_list("user_id", flat=True))
    count = sum(_for(person, name, slot) for person in people if person.pk not in there)
    wake(run, position)
    return count


def _for(person: User, name: str, slot: str) -> int:
    """One person's, under their eyes as they are now. What fails for one stops nobody else's, and is noted."""
    at = now()
    try:
        with sight(scope_of(person)) as scope:
            found = making.made(reports.kind_of(name), scope, active().playbook, at)
            row = reports.keep(found, person, by=SYSTEM_ACTOR, at=at, slot=slot)
            reports.send(row, by=SYSTEM_ACTOR, at=at)
    except Exception as fault:
        log.exception("The report %s could not be made for one of its people.", name)
        audit.note("report.fail", by=SYSTEM_ACTOR, at=at, kind="user", subject=person.pk, detail={"report": name, "slot": slot, "why": type(fault).__name__})
        return 0
    return 1
