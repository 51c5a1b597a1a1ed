"""The job behind retention: every night, or when somebody asks, chunk by chunk."""

from __future__ import annotations

from datetime import datetime, time
from zoneinfo import ZoneInfo

from django.db import transaction

from rounds.access.sight import system_sight
from rounds.actions.market import duplicates
from rounds.actions.numbers import learning
from rounds.actions.trust import ends_told, retention
from rounds.jobs import tending
from rounds.kit.actor import SYSTEM_ACTOR
from rounds.kit.clock import now
from rounds.models import AuditEntry, Batch, CheckRun, ForecastModel, HygieneCount
from rounds.models.flow.active import active

NIGHT = time(2, 15)
"""When the night's work begins, by the workspace's clock."""


def retain(batch_id: str | None = None) -> int:
    """Carry on the named run, or begin one; rows let go of. A run that another process carries on is left to it."""
    with system_sight():
        batch = Batch.objects.get(pk=batch_id) if batch_id else retention.begin(by=SYSTEM_ACTOR, at=now())
    while batch.finished_at is None:
        with system_sight():
            batch = retention.carry_on(batch, by=retention.actor_of(batch), at=now())
    return batch.detail["gone"]


def last_night(at: datetime) -> datetime:
    """The last moment before `at` at which the night's work was to begin."""
    zone = ZoneInfo(active().playbook.agreements.zone)
    here = at.astimezone(zone)
    begins = datetime.combine(here.date(), NIGHT, zone)
    if begins > here:
        begins = datetime.combine(here.date().fromordinal(here.date().toordinal() - 1), NIGHT, zone)
    return begins


def ask_nightly() -> int:
    """Ask the queue for tonight's work (retention, checks, tending, duplicates, forecast, ends) where it has not begun; how many were asked."""
    from procrastinate.contrib.django import app
    from procrastinate.exceptions import AlreadyEnqueued

    since, asked = last_night(now()), 0
    for task, there in (
        (retention.TASK, Batch.objects.filter(kind=retention.KIND, at__gte=since, finished_at__isnull=False)),
        ("trust.check", CheckRun.objects.filter(at__gte=since)),
        (tending.TASK, HygieneCount.objects.filter(day__gte=since.date())),
        (duplicates.TASK, AuditEntry.objects.filter(verb="duplicates.look", at__gte=since)),
        (learning.TASK, ForecastModel.objects.filter(at__gte=since)),
        (ends_told.TASK, AuditEntry.objects.filter(verb="ends.tell", at__gte=since)),
    ):
        if not there.exists():
            try:
                with transaction.atomic():
                    app.configure_task(task, lock=task, queueing_lock=task).defer()
                asked += 1
            except AlreadyEnqueued:
                continue
    return asked
