"""The payloads of what happens at the desk: tasks and the promises made to a lead."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from rounds.models.flow.payload import Payload


class TaskAdded(Payload):
    title: str
    kind: str
    owner: str | None = None
    owner_name: str = ""
    due_at: datetime | None = None
    clock: str = ""
    automation: str = ""


class TaskDone(Payload):
    title: str
    outcome: str = ""
    clock: str = ""
    late: bool = False


class TaskDropped(Payload):
    title: str
    why: str
    clock: str = ""


class TaskPutOff(Payload):
    """Until when it was and is put off, and its due time before and after; None = it is back on the list."""

    title: str
    before: datetime | None
    after: datetime | None
    due_before: datetime | None
    due_after: datetime | None


class TaskReopened(Payload):
    title: str
    was: Literal["done", "dropped"]
    reason: str = ""


class TaskGiven(Payload):
    title: str
    owner_before: str | None
    owner_after: str | None
    owner_name: str


class TaskEscalated(Payload):
    title: str
    clock: str
    due_at: datetime
    priority_before: str
    priority: str
    told: list[str]


class ClocksStarted(Payload):
    """The promises made to a lead: [{"clock", "due_at", "owner"}], what was moved and what fell away."""

    band: str
    hand_raise: bool
    opened: list[dict[str, Any]]
    moved: list[dict[str, Any]] = []
    dropped: list[str] = []


class ClocksPaused(Payload):
    until: datetime
    clocks: list[str]
    why: str = ""


DESK: dict[str, type[Payload]] = {
    "task.added": TaskAdded,
    "task.completed": TaskDone,
    "task.dropped": TaskDropped,
    "task.snoozed": TaskPutOff,
    "task.reopened": TaskReopened,
    "task.given": TaskGiven,
}
