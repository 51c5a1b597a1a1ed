"""The list of tasks: its columns, the views everybody has, what can be done to many."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from rounds.access.scope import visible
from rounds.models import Task
from rounds.models.desk.listing import TASKS
from rounds.models.flow.active import active
from rounds.models.market.listing import people
from rounds.web.lists import Act, Column, Shipped, Table, register


def about(task: Task) -> str:
    """Whom or what a task is about, as far as whoever looks may see it."""
    lead, account = task.lead, task.account
    if task.opportunity is not None:
        return task.opportunity.name
    where = account or (lead.account if lead else None)
    return ", ".join(name for name in (lead.name if lead else "", where.name if where else lead.organization if lead else "") if name)


def owners(request: HttpRequest) -> list[dict[str, Any]]:
    """Who may get the tasks: everybody active, or whoever takes them."""
    return [{"name": "owner", "label": "To", "required": True, "choices": [("none", "Nobody, whoever takes it"), *people()[1:]]}]


def spans(request: HttpRequest) -> list[dict[str, Any]]:
    """How far a task can be put off."""
    choices = [(str(place), choice.title) for place, choice in enumerate(active().playbook.tasks.snooze.choices)]
    return [{"name": "span", "label": "For how long", "required": True, "choices": choices}]


def outcomes(request: HttpRequest) -> list[dict[str, Any]]:
    return [{"name": "outcome", "label": "What came of it", "required": False, "help": "Kept with each of them"}]


def reasons(request: HttpRequest) -> list[dict[str, Any]]:
    return [{"name": "why", "label": "Why they are not done", "required": True, "help": "Kept with each of them"}]


MINE = "f=state.is.open&f=owner.is.me"

TABLE = register(Table(
    listing=TASKS,
    url="/tasks/",
    noun="task",
    rows=lambda request: visible(Task, request.scope),
    columns=(
        Column("title", "Task", lambda task: task.title, sort="title", css=""),
        Column("about", "About", about),
        Column("due", "Due", lambda task: task.due_at, sort="due", css="max-sm:text-right"),
        Column("priority", "Priority", lambda task: task.priority, sort="rank"),
        Column("kind", "Kind", lambda task: task.kind),
        Column("owner", "Owner", lambda task: task.owner.name if task.owner else ""),
        Column("territory", "Territory", lambda task: task.territory),
        Column("added", "Added", lambda task: task.at, sort="added"),
        Column("done", "Done", lambda task: task.done_at, sort="done"),
        Column("outcome", "Outcome", lambda task: task.outcome or task.dropped_why),
    ),
    shipped=(
        Shipped("mine", "My open", f"{MINE}&sort=due,rank", star=True),
        Shipped("overdue", "Overdue", "f=state.is.open&f=falls.is.overdue&sort=due,rank"),
        Shipped("team", "Team", "f=state.is.open&sort=due,rank"),
        Shipped("unowned", "Nobody's", "f=state.is.open&f=owner.unknown&sort=due,rank"),
        Shipped("snoozed", "Put off", "f=state.is.snoozed&f=owner.is.me&sort=due,rank"),
        Shipped("done", "Done", "f=state.is.done&f=owner.is.me&sort=-done&cols=about,done,outcome,owner"),
    ),
    acts=(
        Act("task.complete", "Done", "check", outcomes, before="Tick off"),
        Act("task.snooze", "Put off", "clock", spans, before="Put off"),
        Act("task.give", "Give", "user-plus", owners, needs="records.assign_others"),
        Act("task.drop", "Drop", "circle-minus", reasons),
    ),
))  # fmt: skip
