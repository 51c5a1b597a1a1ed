"""Tasks: added, done, dropped, put off, taken up again, given to somebody else (AUTO-16)."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q

from rounds.actions.desk.task_given import OwnerAway, TaskRefused, iso, made, reachable
from rounds.actions.flow import events
from rounds.actions.flow.deeds import deed
from rounds.actions.trust import audit, phi
from rounds.kit.actor import Actor
from rounds.kit.refusal import Refusal
from rounds.models import Account, Contact, Event, Lead, LeadActivity, Opportunity, Task, User
from rounds.models.base import signature
from rounds.models.desk.tasks import OPEN
from rounds.models.flow.active import active


class TaskClosed(Refusal):
    """This task is closed; reopen it first."""


class TaskKeyTaken(Refusal):
    """An open task of this key is there, which you do not see."""

    field = "key"


@phi.texts("title", "note", needed=("title",), written="at")
def add(
    title: str,
    *,
    kind: str,
    owner: User | None,
    lead: Lead | None = None,
    account: Account | None = None,
    contact: Contact | None = None,
    opportunity: Opportunity | None = None,
    note: str = "",
    priority: str = "normal",
    due_at: datetime | None = None,
    clock: str = "",
    key: str | None = None,
    automation: str = "",
    by: Actor,
    at: datetime,
    quiet: bool = False,
) -> Task:
    """Keep something to do. An open task of the same `key` answers that one and writes nothing.

    Effects: Task, the event task.added, an audit entry. Raises TaskRefused (422) naming the field, OwnerAway (422), and
    TaskKeyTaken where the task of that key is not seen.
    """
    if not title.strip():
        raise TaskRefused("Say what is to be done.", field="title")
    if owner is not None and not owner.is_active:
        raise OwnerAway
    task = made(active().playbook.tasks, title.strip()[:300], kind=kind, owner=owner, lead=lead, account=account,
                contact=contact, opportunity=opportunity, note=note.strip()[:4000], priority=priority, due_at=due_at, clock=clock, key=key,
                automation=automation, **signature(by, at))  # fmt: skip
    if there := _there(key):
        return there
    try:
        with deed(by):
            task.save(force_insert=True)
            said = {"title": task.title, "kind": kind, "owner": owner and str(owner.id), "owner_name": owner.name if owner else "",
                    "due_at": iso(due_at), "clock": clock, "automation": automation}  # fmt: skip
            _tell("task.added", task, said, by=by, at=at, quiet=quiet)
            audit.note("task.add", by=by, at=at, kind="task", subject=task.id, detail={"kind": kind, "clock": clock})
    except IntegrityError as error:
        if "task_open_key" not in str(error):
            raise
        if (there := _there(key)) is None:  # somebody added it meanwhile, or it is not seen
            raise TaskKeyTaken from error
        return there
    return task


def _there(key: str | None) -> Task | None:
    return Task.objects.filter(OPEN, key=key).first() if key else None


@phi.texts("outcome")
def complete(task: Task, *, outcome: str = "", activity: LeadActivity | None = None, by: Actor, at: datetime) -> Task:
    """Tick a task off; one that is done stays as it is. `activity`: the logged act that fulfilled it.

    Effects: done_at, the event task.completed, an audit entry. Raises TaskClosed (409) for one that was dropped.
    """
    with deed(by):
        task = _locked(task)
        if task.done_at:
            return task
        if task.dropped_at:
            raise TaskClosed
        task.done_at, task.outcome, task.activity = at, outcome.strip()[:500], activity
        task.save(update_fields=["done_at", "outcome", "activity"])
        late = task.due_at is not None and at > task.due_at
        said = {"title": task.title, "outcome": task.outcome, "clock": task.clock, "late": late}
        _tell("task.completed", task, said, by=by, at=at)
        audit.note("task.complete", by=by, at=at, kind="task", subject=task.id, detail={"clock": task.clock, "late": late})
    return task


@phi.texts("why", needed=("why",))
def drop(task: Task, *, why: str, by: Actor, at: datetime) -> Task:
    """Let a task go undone, with the reason; one that is closed stays as it is.

    Effects: dropped_at, the event task.dropped, an audit entry. Raises TaskRefused (422) without a reason.
    """
    if not why.strip():
        raise TaskRefused("Say why it is not done; the reason stays with it.", field="why")
    with deed(by):
        task = _locked(task)
        if not task.is_open:
            return task
        task.dropped_at, task.dropped_why = at, why.strip()[:500]
        task.save(update_fields=["dropped_at", "dropped_why"])
        said = {"title": task.title, "why": task.dropped_why, "clock": task.clock}
        _tell("task.dropped", task, said, by=by, at=at)
        audit.note("task.drop", by=by, at=at, kind="task", subject=task.id, detail={"clock": task.clock})
    return task


@phi.texts("reason")
def reopen(task: Task, *, by: Actor, at: datetime, reason: str = "") -> Task:
    """Take up a closed task again; one that is open stays as it is.

    Effects: it is open, the event task.reopened, an audit entry. Raises TaskRefused (409) where an open task took its
    place meanwhile.
    """
    with deed(by):
        task = _locked(task)
        if task.is_open:
            return task
        was = "done" if task.done_at else "dropped"
        task.done_at, task.dropped_at, task.dropped_why, task.outcome, task.activity = None, None, "", "", None
        try:
            with transaction.atomic():
                task.save(update_fields=["done_at", "dropped_at", "dropped_why", "outcome", "activity"])
        except IntegrityError as error:
            raise TaskClosed("Another task took the place of this one; that one is open.") from error
        _tell("task.reopened", task, {"title": task.title, "was": was, "reason": reason}, by=by, at=at)
        audit.note("task.reopen", by=by, at=at, kind="task", subject=task.id, detail={"was": was})
    return task


def snooze(task: Task, until: datetime, *, by: Actor, at: datetime) -> Task:
    """Take a task off the list until `until`. Its due time moves along, but not that of a promise: what was said to a
    buyer stays said.

    Effects: snoozed_until, due_at, the event task.snoozed, an audit entry. Raises TaskRefused (422), TaskClosed (409).
    """
    reachable("until", until)
    if until <= at:
        raise TaskRefused("That moment has passed; choose a later one.", field="until")
    due = task.due_at
    if not task.clock and due is not None:
        due = max(due, until)
    return put_off(task, until, due, by=by, at=at)


def put_off(task: Task, until: datetime | None, due_at: datetime | None, *, by: Actor, at: datetime) -> Task:
    """Set until when a task is off the list (None: it is back) and when it is due: snoozing, and its undo.

    Effects: as snooze. Raises TaskClosed (409).
    """
    with deed(by):
        task = _locked(task)
        if not task.is_open:
            raise TaskClosed
        said = {"title": task.title, "before": iso(task.snoozed_until), "after": iso(until), "due_before": iso(task.due_at),
                "due_after": iso(due_at)}  # fmt: skip
        task.snoozed_until, task.due_at = until, due_at
        task.save(update_fields=["snoozed_until", "due_at"])
        _tell("task.snoozed", task, said, by=by, at=at)
        audit.note("task.snooze", by=by, at=at, kind="task", subject=task.id, detail={"until": iso(until)})
    return task


def give(task: Task, owner: User | None, *, by: Actor, at: datetime) -> Task:
    """Hand an open task to `owner` (None: to whoever takes it). Its clock runs on.

    Effects: owner and team, the event task.given, an audit entry. Raises OwnerAway (422), TaskClosed (409).
    """
    if owner is not None and not owner.is_active:
        raise OwnerAway
    with deed(by):
        task = _locked(task)
        if not task.is_open:
            raise TaskClosed
        before = task.owner_id
        if before == (owner.id if owner else None):
            return task
        task.owner, task.team_id = owner, owner.team_id if owner else task.team_id
        task.save(update_fields=["owner", "team"])
        said = {"title": task.title, "owner_before": before and str(before), "owner_after": owner and str(owner.id),
                "owner_name": owner.name if owner else ""}  # fmt: skip
        _tell("task.given", task, said, by=by, at=at)
        detail = {"owner_before": said["owner_before"], "owner_after": said["owner_after"]}
        audit.note("task.give", by=by, at=at, kind="task", subject=task.id, detail=detail)
    return task


@phi.texts("why", needed=("why",))
def drop_open(lead: Lead, *, kinds: Collection[str] | None = None, why: str, by: Actor, at: datetime) -> int:
    """Drop the open tasks of a lead that a promise or an automation made (`kinds`: of these kinds alone); how many.
    What a person set themselves to do stays.

    Effects: those of drop, for each.
    """
    ours = Task.objects.filter(OPEN, lead=lead).exclude(clock="", automation="")
    found = ours if kinds is None else ours.filter(kind__in=kinds)
    with deed(by):
        return sum(drop(task, why=why, by=by, at=at).dropped_at is not None for task in found)


@phi.texts("why")
def reopen_dropped(lead: Lead, *, why: str, by: Actor, at: datetime) -> int:
    """Take up again what was dropped for the reason `why`; how many. Effects: those of reopen, for each."""
    found = Task.objects.filter(~Q(dropped_at=None), lead=lead, dropped_why=why)
    with deed(by):
        return sum(reopen(task, by=by, at=at).is_open for task in found)


def _locked(task: Task) -> Task:
    return Task.objects.select_for_update(of=("self",)).select_related("owner").get(pk=task.pk)


def _tell(kind: str, task: Task, said: dict[str, Any], *, by: Actor, at: datetime, quiet: bool = False) -> Event:
    return events.record(kind, said, by=by, at=at, lead=task.lead_id, account=task.account_id,
                         opportunity=task.opportunity_id, subject=task.id, quiet=quiet)  # fmt: skip
