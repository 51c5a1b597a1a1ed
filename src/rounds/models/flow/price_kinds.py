"""The payloads of what happens to quotes, approvals, proposals and concessions. Discounts are in percent, money in cents."""

from __future__ import annotations

from typing import Any

from rounds.models.flow.payload import Payload


class QuoteDrafted(Payload):
    name: str
    version: int
    annual_cents: int
    effective_percent: float


class QuoteChanged(Payload):
    name: str
    changed: dict[str, list[Any]]
    voided: int = 0
    """How many steps of approval fell with what they had approved."""


class QuoteStateChanged(Payload):
    name: str
    version: int
    before: str
    after: str
    annual_cents: int = 0
    effective_percent: float = 0.0
    reason: str = ""


class ApprovalAsked(Payload):
    name: str
    levels: list[str]
    effective_percent: float
    result: str
    reason: str = ""


class ApprovalDecided(Payload):
    name: str
    level: str
    decision: str
    instead_of: str = ""
    reason: str = ""


class ApprovalMoved(Payload):
    """Handed to somebody else, or opened to a further level because nobody answered."""

    name: str
    level: str
    to: str
    to_name: str = ""
    reason: str = ""


class ProposalDrafted(Payload):
    title: str
    version: int
    missing: list[str]


class ProposalDelivered(Payload):
    title: str
    version: int
    how: str
    content_hash: str
    annual_cents: int


class ProposalViewed(Payload):
    title: str
    how: str


class ProposalAnswered(Payload):
    title: str
    answer: str
    how: str
    days: int | None = None
    timeline_agreed: bool | None = None
    reason: str = ""


class ProposalEnded(Payload):
    title: str
    after: str
    reason: str = ""


class ConcessionLogged(Payload):
    side: str
    kind: str
    worth_cents: int | None = None
    text: str = ""


class ConcessionWithdrawn(Payload):
    side: str
    kind: str
    reason: str = ""


PRICES: dict[str, type[Payload]] = {
    "quote.drafted": QuoteDrafted,
    "quote.changed": QuoteChanged,
    "quote.state_changed": QuoteStateChanged,
    "quote.approval_asked": ApprovalAsked,
    "quote.approval_decided": ApprovalDecided,
    "quote.approval_handed": ApprovalMoved,
    "quote.approval_escalated": ApprovalMoved,
    "proposal.drafted": ProposalDrafted,
    "proposal.delivered": ProposalDelivered,
    "proposal.viewed": ProposalViewed,
    "proposal.answered": ProposalAnswered,
    "proposal.ended": ProposalEnded,
    "concession.logged": ConcessionLogged,
    "concession.withdrawn": ConcessionWithdrawn,
}
