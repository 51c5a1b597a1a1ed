"""Promises that were not kept: each is raised and told to its manager, once (ROUTE-14)."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db.models import Q

from rounds.actions.desk import notifications
from rounds.actions.desk.task_given import iso
from rounds.actions.flow import events
from rounds.actions.flow.deeds import deed
from rounds.actions.leads.promised import manager_of
from rounds.actions.trust import audit
from rounds.kit.actor import SYSTEM_ACTOR, Actor
from rounds.models import Task, User
from rounds.models.desk.tasks import OPEN
from rounds.models.flow.active import active

MOST = 500
"""Breaches one run raises; the next one, minutes later, takes up the rest."""
LAST_RESORT = "revops"
"""Who is told where a team has nobody to look after it."""


def escalate(at: datetime, *, by: Actor = SYSTEM_ACTOR) -> int:
    """Raise every promise that is late and was not raised before; how many. Each is its own transaction.

    Effects, for each: its priority, escalated_at, the event task.escalated, an audit entry; its manager is told.
    """
    running = Q(resumes_at=None) | Q(resumes_at__lte=at)
    late = Task.objects.filter(OPEN, running, due_at__lt=at, escalated_at=None).exclude(clock="")
    keys = list(late.order_by("due_at", "id").values_list("id", flat=True)[:MOST])
    with notifications.gathered(by=by, at=at):
        return sum(_raise(key, by=by, at=at) for key in keys)


def _raise(key: UUID, *, by: Actor, at: datetime) -> bool:
    with deed(by):
        found = Task.objects.select_for_update(of=("self",), skip_locked=True).filter(OPEN, pk=key, escalated_at=None)
        task = found.select_related("lead", "owner").first()
        if task is None or task.due_at >= at:  # somebody else raised it, or it was done meanwhile
            return False
        said, before = active().playbook.tasks, task.priority
        if said.rank(said.breach.priority) < task.rank:
            task.priority, task.rank = said.breach.priority, said.rank(said.breach.priority)
        task.escalated_at = at
        task.save(update_fields=["priority", "rank", "escalated_at"])
        told = _managers(task)
        payload = {"title": task.title, "clock": task.clock, "due_at": iso(task.due_at), "priority_before": before,
                   "priority": task.priority, "told": [one.name for one in told]}  # fmt: skip
        events.record("task.escalated", payload, by=by, at=at, lead=task.lead_id, account=task.account_id, subject=task.id)
        audit.note("task.escalate", by=by, at=at, kind="task", subject=task.id, detail={"clock": task.clock})
        whose = task.owner.name if task.owner else "nobody"
        notifications.notify(told, kind="clock.late", title=f"{task.title} is late: {task.lead.name if task.lead else ''}",
                             body=f"It is with {whose}.", url=f"/leads/{task.lead_id}/", lead=task.lead, by=by, at=at)  # fmt: skip
    return True


def _managers(task: Task) -> list[User]:
    """Who looks after the lead, but not whoever broke the promise."""
    manager = manager_of(task.lead) if task.lead else None
    if manager is not None and manager.pk != task.owner_id:
        return [manager]
    return list(User.objects.filter(role=LAST_RESORT, is_active=True))
