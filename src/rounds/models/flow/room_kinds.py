"""Events of the deal room: the committee, approvals, discovery, the path to signature, challenges, notes."""

from __future__ import annotations

from typing import Any

from rounds.models.flow.payload import Payload


class CommitteeSeated(Payload):
    contact: str
    roles: list[str]
    influence: int
    stance: str
    level: str = ""


class CommitteeChanged(Payload):
    contact: str
    changed: dict[str, list[Any]]


class CommitteeLeft(Payload):
    contact: str
    reason: str = ""


class CommitteeLine(Payload):
    """A line of influence was drawn or taken away."""

    who: str
    whom: str
    drawn: bool


class ApprovalChanged(Payload):
    title: str
    whose: str = ""
    before: str | None
    """The state before; None where the step is new."""
    after: str
    due_on: str | None = None
    note: str = ""


class ApprovalRemoved(Payload):
    title: str


class BuyingSaid(Payload):
    changed: dict[str, list[Any]]


class DiscoveryPlanned(Payload):
    starts_at: str
    people: int


class DiscoveryNoted(Payload):
    sections: list[str]


class DiscoveryCompleted(Payload):
    sections: list[str]
    people: int


class DiscoveryDropped(Payload):
    why: str


class DiscoveryRecorded(Payload):
    kind: str
    title: str
    heard_from: str = ""


class DiscoveryWithdrawn(Payload):
    kind: str
    title: str


class PathChanged(Payload):
    step: str
    title: str
    changed: dict[str, list[Any]]


class ChallengeTagged(Payload):
    tag: str
    title: str
    on: bool


class NoteAdded(Payload):
    note: str
    """The id of the note: its words stand there, and can be taken back."""


ROOM: dict[str, type[Payload]] = {
    "committee.seated": CommitteeSeated,
    "committee.changed": CommitteeChanged,
    "committee.left": CommitteeLeft,
    "committee.line": CommitteeLine,
    "approval.changed": ApprovalChanged,
    "approval.removed": ApprovalRemoved,
    "buying.said": BuyingSaid,
    "discovery.planned": DiscoveryPlanned,
    "discovery.noted": DiscoveryNoted,
    "discovery.completed": DiscoveryCompleted,
    "discovery.dropped": DiscoveryDropped,
    "discovery.recorded": DiscoveryRecorded,
    "discovery.withdrawn": DiscoveryWithdrawn,
    "path.changed": PathChanged,
    "challenge.tagged": ChallengeTagged,
    "note.added": NoteAdded,
    "note.withdrawn": NoteAdded,
}
