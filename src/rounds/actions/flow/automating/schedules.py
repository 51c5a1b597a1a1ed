"""Schedules: each period is begun once, whatever was down, whoever ticks; what was missed is caught up once (AUTO-09)."""

from __future__ import annotations

from datetime import datetime
from uuid import NAMESPACE_OID, UUID, uuid5

from django.db import IntegrityError, transaction
from procrastinate.contrib.django import app

from rounds.actions.flow.automating import planning
from rounds.actions.flow.automating.planning import Cause
from rounds.kit.actor import SYSTEM_ACTOR
from rounds.models import Account, AutomationRun, Lead, ScheduleTick
from rounds.models.flow.active import active
from rounds.models.flow.asks import as_q
from rounds.models.flow.switches import switched_at, switched_on
from rounds.models.leads.leads import CLOSED
from rounds.playbook.shapes.automation import Automation
from rounds.rules.automation.periods import latest
from rounds.rules.calendar import is_open_day

TASK = "flow.tick"
"""The worker's task, deferred by its name: actions never import jobs."""
CHUNK = 100
NAMES = uuid5(NAMESPACE_OID, "rounds.automations")


def name_of(*parts: object) -> UUID:
    """The id of a cause that is no event: the same for the same automation, record and period or entry."""
    return uuid5(NAMES, "|".join(map(str, parts)))


def tick(*, at: datetime) -> int:
    """Begin the schedules that are due at `at`; how many. Several workers may tick at once.

    Of a schedule that was not there before, or was switched off, the period that is running already is not begun. After a time in which
    nobody ticked the last period is begun, once. Effects: ScheduleTick, a job for each schedule begun.
    """
    now = active()
    since = switched_at()
    begun = 0
    for code, automation in switched_on(now).items():
        if automation.when.every is None:
            continue
        calendar = now.playbook.calendar
        period = latest(automation.when, calendar.zones.house, at, lambda day, c=calendar: is_open_day(c, day))
        if period is None or ScheduleTick.objects.filter(job=code, period=period.key).exists():
            continue
        known = ScheduleTick.objects.filter(job=code).exists() and since.get(code, period.at) <= period.at
        if _mark(code, period.key, known, at) and known:
            app.configure_task(TASK).defer(automation=code, period=period.key)
            begun += 1
    return begun


def _mark(code: str, period: str, started: bool, at: datetime) -> bool:
    try:
        with transaction.atomic():
            ScheduleTick.objects.create(job=code, period=period, started=started, at=at)
    except IntegrityError:
        return False  # another worker was quicker
    return True


def begin(code: str, period: str, after: UUID | None, *, at: datetime) -> tuple[list[UUID], UUID | None]:
    """Plan the next chunk of a period: (the runs, the last record; None when there is no more). Done twice, it finds
    what is there. Effects: those of `planning.plan`."""
    now = active()
    automation = switched_on(now).get(code)
    if automation is None or automation.when.every is None:
        return [], None
    if automation.when.each is None:
        cause = Cause(name_of(code, period), f"schedule {period}", at, SYSTEM_ACTOR, payload={"period": period})
        return planning.plan(cause, at=at, only=[code]), None
    if after is not None and _begun(code, period) >= now.playbook.automation.each_at_most.value:
        return [], None
    records = _records(automation, after)
    runs: list[UUID] = []
    for lead, account in records:
        cause = Cause(name_of(code, lead or account, period), f"schedule {period}", at, SYSTEM_ACTOR, lead=lead, account=account,
                      payload={"period": period})  # fmt: skip
        runs += planning.plan(cause, at=at, only=[code])
    last = records[-1] if len(records) == CHUNK else None
    return runs, (last[0] or last[1]) if last else None


def _begun(code: str, period: str) -> int:
    return AutomationRun.objects.filter(automation=code, cause_kind=f"schedule {period}").count()


def _records(automation: Automation, after: UUID | None) -> list[tuple[UUID | None, UUID | None]]:
    """The next open records the schedule is for, in order: (lead, its account) or (None, account)."""
    noun = automation.when.each or "lead"
    if noun == "lead":
        rows = Lead.objects.exclude(status__in=CLOSED)
    else:
        rows = Account.objects.filter(status="open")
    rows = rows.filter(as_q(automation.if_, noun)).order_by("id")
    if after is not None:
        rows = rows.filter(id__gt=after)
    if noun == "lead":
        return list(rows.values_list("id", "account_id")[:CHUNK])
    return [(None, key) for key in rows.values_list("id", flat=True)[:CHUNK]]


