"""The tasks of a day: what is late, what is due today, what is new; and, for those who lead, how the team stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Min, Q

from rounds.access.scope import visible
from rounds.kit.scope import Scope
from rounds.models import Event, Task, User
from rounds.models.desk.listing import falls, state_of

NEW = timedelta(days=1)
"""Since when a task counts as new to its owner."""


@dataclass(frozen=True)
class Todo:
    """The viewer's open tasks: the first rows in the order in which they are due, and how many of each."""

    rows: list[Task]
    total: int
    late: int
    today: int
    new: int
    promises_late: int
    oldest: datetime | None


@dataclass(frozen=True)
class Mate:
    """How one person of the team stands."""

    user: User
    open: int
    late: int
    today: int


def todo(scope: Scope, user: User, at: datetime, *, most: int = 8) -> Todo:
    """What the viewer has to do: late first, then by when it is due, then by how pressing it is. Two queries."""
    rows = visible(Task, scope).filter(state_of("open", at), owner=user)
    late, today = falls("overdue", at, user.time_zone), falls("today", at, user.time_zone)
    found = rows.aggregate(
        total=Count("pk"), late=Count("pk", filter=late), today=Count("pk", filter=today), new=Count("pk", filter=Q(at__gt=at - NEW)),
        promises_late=Count("pk", filter=late & ~Q(clock="")), oldest=Min("due_at", filter=late),
    )  # fmt: skip
    due = rows.filter(Q(due_at__isnull=False)).select_related("lead", "lead__account", "account")
    return Todo(rows=list(due.order_by("due_at", "rank", "id")[:most]), **found)


def team(scope: Scope, user: User, at: datetime, *, most: int = 8) -> list[Mate]:
    """The people whose tasks the viewer sees besides their own, those with most that is late first. One query and the people."""
    late, today = falls("overdue", at, user.time_zone), falls("today", at, user.time_zone)
    rows = visible(Task, scope).filter(state_of("open", at), owner__isnull=False, owner__is_active=True).exclude(owner=user)
    found: list[dict[str, Any]] = list(
        rows.values("owner").annotate(open=Count("pk"), late=Count("pk", filter=late), today=Count("pk", filter=today))
        .order_by("-late", "-today", "-open")[:most]
    )  # fmt: skip
    people = User.objects.in_bulk([one["owner"] for one in found])
    return [Mate(people[one.pop("owner")], **one) for one in found]


def unowned(scope: Scope, at: datetime) -> int:
    """Open tasks in sight that nobody has."""
    return visible(Task, scope).filter(state_of("open", at), owner=None).count()


def happened(task: Task, *, most: int = 50) -> list[Event]:
    """What happened with a task, the last first."""
    told = Event.objects.filter(subject_id=task.id, kind__startswith="task.", at__gte=task.at)
    return list(told.order_by("-at", "-id")[:most])
