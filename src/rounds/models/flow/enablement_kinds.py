"""The payloads of content that went out and of what departments hand to each other."""

from __future__ import annotations

from rounds.models.flow.payload import Payload


class ContentChosen(Payload):
    asset: str
    version: int
    why: str


class ContentSent(Payload):
    asset: str
    version: int


class ContentEngaged(Payload):
    asset: str
    version: int
    how: str


class HandedOver(Payload):
    title: str
    kind: str
    to: str


class HandOffAccepted(Payload):
    title: str
    kind: str
    by_whom: str
    late: bool


class HandOffReturned(Payload):
    title: str
    kind: str
    why: str


class HandOffDone(Payload):
    title: str
    kind: str
    outcome: str
    late: bool


ENABLEMENT: dict[str, type[Payload]] = {
    "content.chosen": ContentChosen,
    "content.sent": ContentSent,
    "content.engaged": ContentEngaged,
    "handoff.given": HandedOver,
    "handoff.accepted": HandOffAccepted,
    "handoff.returned": HandOffReturned,
    "handoff.done": HandOffDone,
}
