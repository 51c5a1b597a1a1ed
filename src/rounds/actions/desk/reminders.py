"""Reminders: an outreach that nobody answered comes back, more pressing each time, until it is answered (AUTO-05, AUTO-06)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import Max, Q

from rounds.actions.desk import tasks
from rounds.actions.desk.task_given import iso, made
from rounds.actions.flow import events
from rounds.actions.flow.deeds import deed
from rounds.actions.leads.clocks import REMINDER
from rounds.actions.leads.promised import zone
from rounds.actions.trust import audit
from rounds.kit.actor import SYSTEM_ACTOR, Actor
from rounds.models import Lead, LeadActivity, Task
from rounds.models.base import signature
from rounds.models.desk.tasks import OPEN
from rounds.models.flow.active import active
from rounds.models.leads.leads import CLOSED
from rounds.rules import calendar


def due_reminders(at: datetime, *, by: Actor = SYSTEM_ACTOR) -> int:
    """Remind of every outreach that nobody answered by now; how many reminders were made or raised.

    A lead has one open reminder at most; the next one raises it. Run as often as one likes: what was reminded of is not
    reminded of again. Effects: tasks, the events task.added and task.escalated, audit entries; each lead is its own
    transaction.
    """
    waiting = _unanswered(at)
    rows = Lead.objects.exclude(status__in=CLOSED).filter(pk__in=waiting, owner__is_active=True, opted_out=False)
    return sum(_remind(lead, waiting[lead.id], by=by, at=at) for lead in rows.select_related("owner"))


def _unanswered(at: datetime) -> dict[UUID, datetime]:
    """Lead → its last outreach, where a reminder is due and no answer came after it."""
    said = active().playbook.tasks.reminders
    acts = LeadActivity.objects.filter(lead__isnull=False, withdrawn_at=None, happened_at__gt=at - timedelta(days=said.lapse_days))
    ours = _last(acts.filter(direction="out", kind__in=said.outreach))
    first = timedelta(hours=said.steps[0].hours)
    ours = {lead: moment for lead, moment in ours.items() if moment + first <= at}
    replies = Q(direction="in", kind__in=said.replies) | Q(kind__in=said.spoken)
    theirs = _last(acts.filter(replies, lead__in=list(ours)))
    return {lead: moment for lead, moment in ours.items() if not (lead in theirs and theirs[lead] >= moment)}


def _last(acts: Iterable) -> dict[UUID, datetime]:
    return dict(acts.values("lead").annotate(last=Max("happened_at")).values_list("lead", "last"))


def _remind(lead: Lead, sent_at: datetime, *, by: Actor, at: datetime) -> bool:
    steps = active().playbook.tasks.reminders.steps
    number = sum(sent_at + timedelta(hours=step.hours) <= at for step in steps)
    with deed(by):
        Lead.objects.select_for_update(no_key=True).get(pk=lead.pk)  # two runs at once: one after the other
        known = Task.objects.filter(lead=lead, automation=REMINDER, started_at=sent_at)
        there = Task.objects.filter(OPEN, lead=lead, automation=REMINDER).first()
        if known.filter(step__gte=number).exists():
            return False
        if there is not None and there.started_at != sent_at:  # it reminds of an earlier outreach
            tasks.complete(there, by=by, at=at)
            there = None
        if there is None:
            _make(lead, sent_at, number, by=by, at=at)
        else:
            _raise(there, number, by=by, at=at)
    return True


def _make(lead: Lead, sent_at: datetime, number: int, *, by: Actor, at: datetime) -> None:
    book = active().playbook
    step = book.tasks.reminders.steps[number - 1]
    due = calendar.next_open(book.calendar, sent_at + timedelta(hours=step.hours), zone(lead))
    task = made(book.tasks, f"{step.title}: no answer yet", kind="follow_up", priority=step.priority, owner=lead.owner,
                lead=lead, started_at=sent_at, due_at=due, step=number, automation=REMINDER, key=f"reminder:{lead.id}",
                **signature(by, at))  # fmt: skip
    task.save(force_insert=True)
    said = {"title": task.title, "kind": task.kind, "owner": str(lead.owner_id), "owner_name": lead.owner.name, "due_at": iso(due),
            "automation": REMINDER}  # fmt: skip
    events.record("task.added", said, by=by, at=at, lead=lead.id, account=lead.account_id, subject=task.id)
    audit.note("task.add", by=by, at=at, kind="task", subject=task.id, detail={"automation": REMINDER, "step": number})


def _raise(task: Task, number: int, *, by: Actor, at: datetime) -> None:
    said = active().playbook.tasks
    step, before = said.reminders.steps[number - 1], task.priority
    task.step, task.title = number, f"{step.title}: no answer yet"
    if said.rank(step.priority) < task.rank:
        task.priority, task.rank = step.priority, said.rank(step.priority)
    task.snoozed_until = None
    task.save(update_fields=["step", "title", "priority", "rank", "snoozed_until"])
    payload = {"title": task.title, "clock": "", "due_at": iso(task.due_at), "priority_before": before, "priority": task.priority, "told": []}
    events.record("task.escalated", payload, by=by, at=at, lead=task.lead_id, account=task.account_id, subject=task.id)
    audit.note("task.escalate", by=by, at=at, kind="task", subject=task.id, detail={"automation": REMINDER, "step": number})
