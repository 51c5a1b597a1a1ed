"""The tasks around a demo: what is prepared before, what follows after (DEMO-03, DEMO-05)."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from rounds.actions.deals.below import add_task, drop_tasks
from rounds.actions.desk import tasks
from rounds.kit.actor import Actor
from rounds.models import Demo, Task
from rounds.models.desk.tasks import OPEN
from rounds.models.flow.active import active
from rounds.playbook.shapes.demos import Before
from rounds.rules.business_days import business_days


def keys(demo: Demo) -> dict[str, str]:
    """Key of the task → title of the preparation, in order."""
    return {_key(demo, task.code): task.title for task in _preparation(demo)}


def prepare(demo: Demo, *, by: Actor, at: datetime) -> None:
    """The tasks of the preparation, due so many business days before; what lies behind already is due at once.

    Effects: those of tasks.add, for each.
    """
    for task in _preparation(demo):
        add_task(demo.opportunity, f"{task.title}: {_title(demo)}", key=_key(demo, task.code), due_at=_before(demo, task, at),
                 owner=demo.presenter, by=by, at=at)  # fmt: skip


def move(demo: Demo, *, by: Actor, at: datetime) -> None:
    """Due times follow the demo. Effects: those of tasks.put_off, for each."""
    said = {_key(demo, task.code): task for task in _preparation(demo)}
    for row in Task.objects.filter(OPEN, key__in=list(said)):
        tasks.put_off(row, row.snoozed_until, _before(demo, said[row.key], at), by=by, at=at)


def drop(demo: Demo, *, why: str, by: Actor, at: datetime) -> None:
    """What was to be prepared needs no doing. Effects: those of tasks.drop, for each."""
    drop_tasks(keys(demo), why=why, by=by, at=at)


def follow_up(demo: Demo, *, by: Actor, at: datetime) -> None:
    """What follows a demo that was held. Effects: those of tasks.add, for each; preparation left undone is dropped."""
    drop(demo, why="The demo was held", by=by, at=at)
    book, zone = active().playbook, ZoneInfo(demo.zone)
    for task in book.demos.after.tasks:
        add_task(demo.opportunity, f"{task.title}: {_title(demo)}", key=_key(demo, task.code),
                 due_at=business_days(book.calendar, at, task.days_after, zone), owner=demo.presenter, kind="follow_up", by=by, at=at)  # fmt: skip


def rebook(demo: Demo, *, by: Actor, at: datetime) -> None:
    """Nobody came: somebody asks for another day. Effects: those of tasks.add."""
    book = active().playbook
    add_task(demo.opportunity, f"Find a new day: {_title(demo)}", key=f"demo:{demo.id}:rebook", kind="call", priority="high",
             due_at=business_days(book.calendar, at, 1, ZoneInfo(demo.zone)), owner=demo.presenter, by=by, at=at)  # fmt: skip


def _preparation(demo: Demo) -> list[Before]:
    """What is prepared: a standard demo needs less."""
    book = active().playbook.demos
    return [task for task in book.preparation.tasks if not demo.standard or task.code in book.programme.needs_preparation]


def _before(demo: Demo, task: Before, at: datetime) -> datetime:
    due = business_days(active().playbook.calendar, demo.starts_at, -task.days_before, ZoneInfo(demo.zone))
    return max(due, min(at + timedelta(hours=1), demo.starts_at))


def _title(demo: Demo) -> str:
    return f"{active().playbook.demos.types[demo.kind].title}, {demo.opportunity.account.name}"


def _key(demo: Demo, code: str) -> str:
    return f"demo:{demo.id}:{code}"
