"""The link by which a customer opens a proposal: made, mailed, followed, used."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, time, timedelta

from rounds.actions.deals import proposal_life
from rounds.actions.deals.proposal_life import ProposalRefused
from rounds.actions.flow import deliveries
from rounds.actions.flow.deeds import deed
from rounds.actions.links.webhooks import outside
from rounds.actions.trust import audit, phi
from rounds.actions.trust.tokens import digest
from rounds.documents.messages import Button, Message
from rounds.kit.actor import Actor
from rounds.kit.refusal import Refusal
from rounds.models import Proposal, ProposalLink
from rounds.models.base import signature

BYTES = 32


class LinkEnded(Refusal):
    """This proposal cannot be opened any more. Ask whoever sent it for a new one."""

    status = 410


def issue(row: Proposal, *, by: Actor, at: datetime) -> str:
    """The path (/p/<token>/) by which the customer opens a proposal until its last day is over; kept as a digest alone.

    Effects: ProposalLink, an audit entry.
    """
    token = secrets.token_urlsafe(BYTES)
    ends = datetime.combine(row.expires_on + timedelta(days=1), time(), UTC)
    with deed(by):
        ProposalLink.objects.create(digest=digest(token), proposal=row, expires_at=ends, **signature(by, at))
        audit.note("proposal.link", by=by, at=at, kind="proposal", subject=row.id)
    return f"/p/{token}/"


def mail_to(row: Proposal, words: str, *, by: Actor, at: datetime) -> None:
    """Mail the proposal to its contact. Effects: ProposalLink, Delivery. Raises ProposalRefused (422), NoAddress."""
    if row.contact is None or not row.contact.email:
        raise ProposalRefused("Say whom it goes to: a contact of this account with an e-mail address.", field="contact")
    path = issue(row, by=by, at=at)
    lines = (words.strip()[:2000] or f"Here is our proposal for {row.opportunity.account.name}.", f"It stands until {row.expires_on:%-d %B %Y}.")
    message = Message(subject=row.title, greeting=f"Hello {row.contact.name}", lines=lines, buttons=(Button("Open the proposal", outside(path)),),
                      why=f"{by.name or 'We'} sent you this proposal.", event="proposal.delivered")  # fmt: skip
    deliveries.post("email", row.contact.email, message, key=f"proposal:{row.id}:{row.content_hash[:16]}", about="proposal.delivered", by=by, at=at)


def follow(token: str, *, at: datetime) -> Proposal:
    """The proposal behind a link; changes nothing. Called with open eyes. Raises LinkEnded (410)."""
    link = ProposalLink.objects.select_related("proposal__opportunity__account", "proposal__opportunity__owner", "proposal__contact", "proposal__quote").filter(
        digest=digest(token), ended_at=None, expires_at__gt=at).first()  # fmt: skip
    if link is None or link.proposal.state == "draft":
        raise LinkEnded
    return link.proposal


def customer(row: Proposal) -> Actor:
    """Who acts by a link: whoever it was sent to."""
    return Actor("form", row.id, row.contact.name if row.contact else "The customer")


def open_by_link(token: str, *, at: datetime, **_: object) -> Proposal:
    """A person pressed the button. Effects: those of proposal_life.viewed, while it waits for an answer. Raises LinkEnded."""
    row = follow(token, at=at)
    return proposal_life.viewed(row, how="link", by=customer(row), at=at) if row.is_out else row


@phi.texts("words")
def answer_by_link(token: str, said: str, *, words: str = "", by: Actor, at: datetime) -> Proposal:
    """The customer answers. Effects: those of proposal_life.answer. Raises LinkEnded, ProposalOver."""
    return proposal_life.answer(follow(token, at=at), said, how="link", words=words, by=by, at=at)
