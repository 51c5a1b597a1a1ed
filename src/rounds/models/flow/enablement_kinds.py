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


class ContentShared(Payload):
    """A link to it was made; `until` which day it leads there."""

    asset: str
    version: int
    until: str


class ContentLinkEnded(Payload):
    asset: str
    version: int


class ContentViewed(Payload):
    """A person followed the link to it; `views`: so often until now, machines apart."""

    asset: str
    version: int
    views: int


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
    "content.shared": ContentShared,
    "content.link_ended": ContentLinkEnded,
    "content.viewed": ContentViewed,
    "handoff.given": HandedOver,
    "handoff.accepted": HandOffAccepted,
    "handoff.returned": HandOffReturned,
    "handoff.done": HandOffDone,
}
