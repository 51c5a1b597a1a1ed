"""The payloads of records that are given to somebody."""

from __future__ import annotations

from rounds.models.flow.payload import Payload


class Assigned(Payload):
    owner_before: str | None
    owner_after: str | None
    owner_name: str
    reason: str = ""


class LeadAssigned(Assigned):
    """`cause` as in models/leads/assignments.py; `band` is the one that routed."""

    cause: str = "given"
    band: str = ""


class LeadQueued(Payload):
    """Nobody owns the lead; it waits in `queue`."""

    queue: str
    owner_before: str | None = None
    reason: str
    cause: str
    band: str = ""


class LeadAccepted(Payload):
    assignment: str


class LeadDeclined(Payload):
    assignment: str
    reason: str


GIVEN = {
    "lead.assigned": LeadAssigned,
    "lead.queued": LeadQueued,
    "lead.accepted": LeadAccepted,
    "lead.declined": LeadDeclined,
}
