"""The times of reports: each is begun once, whatever was down, whoever looks; what was missed is made up for once."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction

from rounds.models import ScheduleTick
from rounds.models.flow.active import active
from rounds.playbook import Playbook
from rounds.playbook.shapes.reports import ReportKind
from rounds.rules.automation.periods import Period
from rounds.rules.reports import schedule

TASK = "numbers.report"
"""The worker's task, deferred by its name: actions never import jobs."""


def tick(*, at: datetime) -> int:
    """Begin the reports that are due at `at`; how many. A report that was not there before does not begin with the time that
    has passed already. Effects: ScheduleTick, a job for each report begun."""
    book, begun = active().playbook, 0
    for kind in book.reports.reports:
        due, job = last(kind, book, at), f"report:{kind.report}"
        if due is None or ScheduleTick.objects.filter(job=job, period=due.key).exists():
            continue
        known = ScheduleTick.objects.filter(job=job).exists()
        with transaction.atomic():
            if _mark(job, due.key, known, at) and known:
                begin(kind, due.key)
                begun += 1
    return begun


def begin(kind: ReportKind, slot: str, *, run: str = "", position: int = 0) -> None:
    """Have the report of a time made for everybody who gets it; then the step of an automation goes on that waits for it.
    One after another: two jobs of one time find what the other made. Effects: a job."""
    from procrastinate.contrib.django import app

    app.configure_task(TASK, lock=f"{TASK}:{kind.report}").defer(report=kind.report, slot=slot, run=run, position=position)


def last(kind: ReportKind, book: Playbook, at: datetime) -> Period | None:
    """When a report was due last."""
    return schedule.latest(kind.when, book.calendar, book.signing_path.quarters.starts, at)


def coming(kind: ReportKind, book: Playbook, at: datetime) -> Period | None:
    """When it is due next."""
    return schedule.following(kind.when, book.calendar, book.signing_path.quarters.starts, at)


def _mark(job: str, period: str, started: bool, at: datetime) -> bool:
    try:
        with transaction.atomic():
            ScheduleTick.objects.create(job=job, period=period, started=started, at=at)
    except IntegrityError:
        return False  # another worker was quicker
    return True
