"""What can be done to many tasks, each with its way back: the hands of `acts`."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from rounds.actions.desk import tasks
from rounds.actions.desk.task_given import TaskRefused
from rounds.models import Task, User
from rounds.models.flow.active import active
from rounds.rules import calendar


def outcome(said: dict[str, Any]) -> dict[str, Any]:
    return {"outcome": str(said.get("outcome") or "").strip()[:500]}


def why(said: dict[str, Any]) -> dict[str, Any]:
    reason = str(said.get("why") or "").strip()[:500]
    if not reason:
        raise TaskRefused("Say why they are not done; the reason stays with them.", field="why")
    return {"why": reason}


def span(said: dict[str, Any]) -> dict[str, Any]:
    """The choice of putting off that was picked, by its place in tasks.yaml."""
    choices = active().playbook.tasks.snooze.choices
    place = str(said.get("span", ""))
    if not place.isdigit() or int(place) >= len(choices):
        raise TaskRefused("Choose how far to put it off.", field="span")
    return {"span": int(place), "title": choices[int(place)].title}


def until(place: int, at: datetime) -> datetime:
    """Until when the choice `place` puts off at `at`: in the house's zone, as its calendar has it."""
    book = active().playbook
    return calendar.after(book.calendar, book.tasks.snooze.choices[place], at, calendar.zone_of(book.calendar))


def complete(row: Task, said: dict[str, Any], *, by, at) -> bool:
    if row.done_at:
        return False
    tasks.complete(row, outcome=said["outcome"], by=by, at=at)
    return True


def drop(row: Task, said: dict[str, Any], *, by, at) -> bool:
    if not row.is_open:
        return False
    tasks.drop(row, why=said["why"], by=by, at=at)
    return True


def reopen(row: Task, payload: dict[str, Any], *, by, at) -> bool:
    """The way back of ticking off and of dropping."""
    if row.is_open:
        return False
    tasks.reopen(row, by=by, at=at, reason="undone")
    return True


def snooze(row: Task, said: dict[str, Any], *, by, at) -> bool:
    tasks.snooze(row, until(said["span"], at), by=by, at=at)
    return True


def wake(row: Task, payload: dict[str, Any], *, by, at) -> bool:
    """The way back of putting off, unless somebody put it off otherwise meanwhile."""
    if not row.is_open or row.snoozed_until != moment(payload["after"]):
        return False
    tasks.put_off(row, moment(payload["before"]), moment(payload["due_before"]), by=by, at=at)
    return True


def moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


def give(row: Task, said: dict[str, Any], *, by, at) -> bool:
    owner = User.objects.filter(pk=said["owner"]).first() if said["owner"] else None
    before = row.owner_id
    tasks.give(row, owner, by=by, at=at)
    return before != (owner.id if owner else None)


def give_back(row: Task, payload: dict[str, Any], *, by, at) -> bool:
    if str(row.owner_id or "") != (payload["owner_after"] or "") or not row.is_open:
        return False
    key = payload["owner_before"]
    tasks.give(row, User.objects.filter(pk=key, is_active=True).first() if key else None, by=by, at=at)
    return True
