"""What the events of tasks and clocks say on a timeline: (title, what it means)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.utils import timezone


def started(said: dict[str, Any]) -> tuple[str, str]:
    opened = ", ".join(f"{one['clock'].replace('_', ' ')} by {moment(one['due_at'])}" for one in said["opened"])
    gone = ", ".join(code.replace("_", " ") for code in said["dropped"])
    moved = ", ".join(f"{one['clock'].replace('_', ' ')} now by {moment(one['due_at'])}" for one in said["moved"])
    means = "; ".join(part for part in (opened, moved, f"no longer asked: {gone}" if gone else "") if part)
    title = "Promises made" if said["opened"] else "Promises changed"
    return (f"{title}, for a hand-raise" if said["hand_raise"] else f"{title}, for {said['band'] or 'no band'}"), means


def paused(said: dict[str, Any]) -> tuple[str, str]:
    return f"Clocks stand still until {moment(said['until'])}", said.get("why") or "Agreed call-back"


def added(said: dict[str, Any]) -> tuple[str, str]:
    return f"To do: {said['title']}", said.get("owner_name") or "Nobody's yet"


def done(said: dict[str, Any]) -> tuple[str, str]:
    return f"Done: {said['title']}", said.get("outcome") or ("later than it was due" if said.get("late") else "")


def dropped(said: dict[str, Any]) -> tuple[str, str]:
    return f"Dropped: {said['title']}", said["why"]


def put_off(said: dict[str, Any]) -> tuple[str, str]:
    return (f"Put off: {said['title']}", f"until {moment(said['after'])}") if said["after"] else (f"Back on the list: {said['title']}", "")


def reopened(said: dict[str, Any]) -> tuple[str, str]:
    return f"Taken up again: {said['title']}", said.get("reason", "")


def given(said: dict[str, Any]) -> tuple[str, str]:
    return f"{said['title']}: given to {said['owner_name'] or 'whoever takes it'}", ""


def escalated(said: dict[str, Any]) -> tuple[str, str]:
    told = f"{', '.join(said['told'])} was told" if said["told"] else f"now {said['priority']}"
    return f"Late: {said['title']}" if said["clock"] else said["title"], told


def moment(text: str) -> str:
    """An ISO moment in the viewer's zone."""
    return f"{timezone.localtime(datetime.fromisoformat(text)):%a %-d %b %H:%M}"


SAYS = {
    "lead.clocks_started": started, "lead.clocks_paused": paused, "task.added": added, "task.completed": done,
    "task.dropped": dropped, "task.snoozed": put_off, "task.reopened": reopened, "task.given": given,
    "task.escalated": escalated,
}  # fmt: skip
ICONS = {
    "lead.clocks_started": "clock", "lead.clocks_paused": "pause", "task.added": "plus", "task.completed": "circle-check",
    "task.dropped": "circle-minus", "task.snoozed": "hourglass", "task.reopened": "undo-2", "task.given": "user-plus",
    "task.escalated": "alarm-clock",
}  # fmt: skip
"""Kind → its sign; also what a task's own page shows."""
