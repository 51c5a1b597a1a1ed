"""The payloads of what happens at the desk: tasks and the promises made to a lead. Moments are ISO texts."""

from __future__ import annotations

from typing import Any

from rounds.models.flow.payload import Payload


class TaskAdded(Payload):
    title: str
    kind: str
    owner: str | None = None
    owner_name: str = ""
    due_at: str | None = None
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
    before: str | None
    after: str | None
    due_before: str | None
    due_after: str | None


class TaskReopened(Payload):
    title: str
    was: str
    reason: str = ""


class TaskGiven(Payload):
    title: str
    owner_before: str | None
    owner_after: str | None
    owner_name: str


class TaskEscalated(Payload):
    title: str
    clock: str
    due_at: str
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
    until: str
    clocks: list[str]
    why: str = ""


DESK: dict[str, type[Payload]] = {
    "task.added": TaskAdded,
    "task.completed": TaskDone,
    "task.dropped": TaskDropped,
    "task.snoozed": TaskPutOff,
    "task.reopened": TaskReopened,
    "task.given": TaskGiven,
    "task.escalated": TaskEscalated,
    "lead.clocks_started": ClocksStarted,
    "lead.clocks_paused": ClocksPaused,
}
