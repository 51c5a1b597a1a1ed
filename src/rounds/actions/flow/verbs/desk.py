"""Deeds at the desk: tasks, notices (AUTO-12)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Annotated, Any, Literal

from pydantic import Field

from rounds.actions.desk import tasks
from rounds.actions.desk.notifications import notify
from rounds.actions.flow.verbs.people import managers_of, owner_of, people, url_of
from rounds.actions.flow.verbs.verb import Context, Outcome, Said, done, refused, verb
from rounds.kit.actor import Actor
from rounds.models import Task
from rounds.models.desk.tasks import OPEN
from rounds.playbook.shapes.automation import Wait
from rounds.rules.calendar import plus, zone_of


class Due(Said):
    """So long after the deed, in calendar or business time."""

    days: int = 0
    hours: int = 0
    minutes: int = 0
    clock: Literal["calendar", "business"] = "business"

    @property
    def span(self) -> timedelta:
        return timedelta(days=self.days, hours=self.hours, minutes=self.minutes)


class TaskSaid(Said):
    """`to` anybody: the owner, or, where there is none, whoever takes it. `once_every`: not where a task of the same automation and title was added to the record within that time."""

    title: str = Field(min_length=1)
    kind: str = "follow_up"
    to: Literal["owner", "manager", "anybody"] = "owner"
    due: Due = Due(days=1)
    priority: Literal["urgent", "high", "normal", "low"] = "normal"
    note: str = ""
    once_every: Wait | None = None


class Told(Said):
    """`to`: owner, manager, role:<role> or an address; `kind`: a kind of notifications.yaml."""

    to: Annotated[list[str], Field(min_length=1)]
    title: str = Field(min_length=1)
    kind: str = "other"
    body: str = ""


class Dropped(Said):
    """Which kinds of task; none: all an automation or a promise made."""

    kinds: list[str] = []
    why: str = Field(min_length=1)


@verb("task.create", shape=TaskSaid, says="create a task", emits=("task.added",), needs="record")
def create(context: Context, said: TaskSaid, *, by: Actor, at: datetime) -> Outcome:
    """Create a task about the record; at most one open of this step and record."""
    record = context.record
    owner = owner_of(context)
    if said.to == "manager":
        owner = next(iter(managers_of(owner, context)), owner)
    if owner is None and said.to != "anybody":
        return refused("nobody owns the record, so nobody would do it")
    key = f"{context.automation.automation}:{context.step.position}:{record.id}"
    about = _about(context)
    mine = Task.objects.filter(automation=context.automation.automation, title=said.title, **about)
    if context.deal is not None and (there := Task.objects.filter(OPEN, opportunity=context.deal, title=said.title).first()):
        return done("one of this name was open already", task=there.id)  # two stages ask for the same thing (C-47)
    if said.once_every and mine.filter(at__gt=at - said.once_every.span).exists():
        return done("there was one lately")
    due = _due(context, said.due, at)
    task = tasks.add(said.title, kind=said.kind, owner=owner, note=said.note, priority=said.priority, due_at=due, key=key,
                     automation=context.automation.automation, by=by, at=at, **about)  # fmt: skip
    return done("a task" if task.at == at else "the task was open already", task=task.id, owner=task.owner_id)


def _about(context: Context) -> dict[str, Any]:
    """Where a task about the record stands: with the deal and its account, with the lead, or with the account."""
    if context.deal is not None:
        return {"opportunity": context.deal, "account": context.account}
    return {"lead": context.lead, "account": None if context.lead else context.account}


def _due(context: Context, due: Due, at: datetime) -> datetime:
    """When a task is due, in the time of the place it is about."""
    calendar, record = context.playbook.calendar, context.lead or context.account
    return plus(calendar, due.clock, at, due.span, zone_of(calendar, state=record.state, territory=record.territory))


@verb("task.drop", shape=Dropped, says="drop open tasks", emits=("task.dropped",), needs="lead")
def drop(context: Context, said: Dropped, *, by: Actor, at: datetime) -> Outcome:
    """Drop the lead's open tasks that a promise or an automation made."""
    count = tasks.drop_open(context.lead, kinds=said.kinds or None, why=said.why, by=by, at=at)
    return done(f"{count} dropped")


@verb("notify.people", shape=Told, says="notify people")
def tell(context: Context, said: Told, *, by: Actor, at: datetime) -> Outcome:
    """Notify colleagues, each as they wish to be told."""
    whom = people(said.to, context)
    if not whom:
        return refused(f"nobody active is {' or '.join(said.to)} here")
    count = notify(whom, kind=said.kind, title=said.title, body=said.body or (context.deal.name if context.deal else ""), url=url_of(context), lead=context.lead,
                   account=context.account, group=context.key if context.lead is None else "", by=by, at=at)  # fmt: skip
    return done(f"{count} told" if count else "they wish not to be told")


@verb("lead.follow_up_later", says="follow up in a quarter", emits=("task.added",), needs="lead")
def follow_up_later(context: Context, said: Said, *, by: Actor, at: datetime) -> Outcome:
    """A follow-up in as many months as routing/recycle.yaml says, for the bands it names."""
    rule = context.playbook.recycle.follow_up
    if context.lead.driving_band not in rule.bands and context.lead.band not in rule.bands:
        return done("its band needs none")
    return create(context, TaskSaid(title="Quarterly follow-up", to="anybody", due=Due(days=rule.every_months * _MONTH, clock="calendar"), priority="low"),
                  by=by, at=at)  # fmt: skip


_MONTH = 30
"""Days of a month, as far as a reminder needs to know."""
