"""What the cast had to do in half a year: most of it done in time, some late, a little still open and some of that overdue."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

from rounds.actions.desk import tasks
from rounds.jobs.demo.cast import Cast
from rounds.kit.actor import SYSTEM_ACTOR
from rounds.models import Account, Task
from rounds.models.desk.tasks import OPEN

STANDS_OUT = timedelta(days=9)
"""Older promises were nearly all kept or let go; younger ones may be open."""
OUTCOMES = ("Spoke to them", "Booked for next week", "Met on site", "They want a second call", "")
OWN = (
    ("Send the security questionnaire", "email", "high", -20), ("Prepare the site visit", "visit", "normal", 26),
    ("Ask for the radiology volume", "call", "normal", 3), ("Read their cost report", "research", "low", None),
    ("Call the CMIO's assistant", "call", "urgent", 1.5), ("Update the mutual plan", "other", "normal", 74),
)  # fmt: skip
"""Title, kind, priority, hours until it is due."""


def keep_promises(cast: Cast, keys: list, at: datetime) -> None:
    """Tell what became of the promises `keys`. Run again it finds them done."""
    for task in Task.objects.filter(OPEN, id__in=keys, lead__external_id__startswith="demo-lead-").select_related("owner").order_by("id"):
        random = Random(f"task {task.lead_id} {task.clock}")  # noqa: S311 - the same story every time, nothing secret
        old = at - task.due_at > STANDS_OUT
        if task.due_at > at and random.random() < 0.8:
            continue
        if not old and random.random() < 0.45:
            continue  # still open, and some of it late
        if old and random.random() < 0.12:
            tasks.drop(task, why="They asked us to wait for the new budget", by=_by(task), at=min(task.due_at + timedelta(days=2), at))
            continue
        spread = (task.due_at - task.started_at).total_seconds() / 3600 + 1
        done = task.due_at + timedelta(hours=random.uniform(-0.8, 0.35) * spread)
        tasks.complete(task, outcome=random.choice(OUTCOMES), by=_by(task), at=min(max(done, task.started_at), at))


def _by(task: Task):
    return task.owner.actor if task.owner else SYSTEM_ACTOR


def own_tasks(cast: Cast, at: datetime) -> None:
    """A handful of tasks people set themselves, about accounts of theirs."""
    for person in (cast.owner, cast.senior_ae, cast.inside, cast.colleague, cast.manager):
        whose = cast.owner if person == cast.manager else person  # a manager's day is about her team's accounts
        mine = list(Account.objects.filter(owner=whose, is_unit=True).order_by("-deal_potential_cents", "id")[: len(OWN)])
        for place, (title, kind, priority, hours) in enumerate(OWN):
            account = mine[place % len(mine)] if mine else None
            due = None if hours is None else at + timedelta(hours=hours)
            tasks.add(title, kind=kind, owner=person, account=account, priority=priority, due_at=due, key=f"demo:{person.email}:{place}",
                      by=person.actor, at=at - timedelta(days=2, hours=place))  # fmt: skip


def promised() -> list:
    """The open promises there are, by when they are due."""
    return list(Task.objects.filter(OPEN).exclude(clock="").order_by("due_at", "id").values_list("id", flat=True))
