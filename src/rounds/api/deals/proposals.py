"""Proposals: drafted, shown, sent, answered."""

from typing import Any, Literal
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Router
from pydantic import Field

from rounds.access.allowed import need_to_write
from rounds.access.scope import visible
from rounds.actions.deals import proposal_life, proposals
from rounds.api.auth import Bearer
from rounds.api.doors import ONCE_HELP, Input, once, one
from rounds.api.shapes import answer
from rounds.kit.clock import now
from rounds.models import Contact, Proposal, Quote

router = Router(tags=["proposals"])
of_quotes = Router(tags=["proposals"])
READ, WRITE = Bearer("opportunities:read"), Bearer("opportunities:write")
FETCH = ("opportunity__account", "opportunity__owner", "quote", "contact")


class ProposalGiven(Input):
    """Its title; empty: one of ours. `contact`: whom it will be mailed to."""

    title: str = Field("", max_length=200)
    contact: UUID | None = None


class Delivery(Input):
    """How it goes out."""

    how: Literal["mail", "portal", "said"] = "mail"
    words: str = Field("", max_length=2000)


class AnswerGiven(Input):
    """What they said to it."""

    answer: Literal["accepted", "declined", "changes"]
    words: str = Field("", max_length=1000)
    timeline_agreed: bool | None = None


def shown(row: Proposal) -> dict[str, Any]:
    """A proposal with what it says and what is missing."""
    names = ("title", "version", "state", "content_hash", "expires_on", "sent_at", "viewed_at", "answer_due_at", "answered_at", "timeline_agreed", "edits")
    return {"id": row.id, "opportunity": row.opportunity_id, "quote": row.quote_id, "contact": row.contact_id, **{name: getattr(row, name) for name in names},
            "sections": row.body.get("sections", []), "missing": proposals.missing(row)}  # fmt: skip


def to_change(request: HttpRequest, key: UUID) -> Proposal:
    """The proposal one sees; where something is sent, one whose deal one may change."""
    row = one(request, Proposal, key, *FETCH, to="read")
    if request.method != "GET":
        need_to_write(request.user, row.opportunity)
    return row


@of_quotes.post("/{quote}/proposals", auth=WRITE, response={201: dict}, openapi_extra=ONCE_HELP)
@once
def create(request: HttpRequest, quote: UUID, given: ProposalGiven) -> HttpResponse:
    """Write a proposal on a quote from what the deal holds."""
    on = one(request, Quote, quote, "opportunity", to="read")
    need_to_write(request.user, on.opportunity)
    contact = visible(Contact, request.scope).filter(pk=given.contact).first() if given.contact else None
    row = proposals.draft(on, title=given.title, contact=contact, by=request.actor, at=now())
    return answer(shown(row), 201, Location=f"/api/v1/proposals/{row.id}")


@router.get("/{proposal}", auth=READ, response=dict)
def show(request: HttpRequest, proposal: UUID) -> HttpResponse:
    """One proposal whole."""
    return answer(shown(to_change(request, proposal)))


@router.post("/{proposal}/delivery", auth=WRITE, response=dict, openapi_extra=ONCE_HELP)
@once
def deliver(request: HttpRequest, proposal: UUID, given: Delivery) -> HttpResponse:
    """Send it; its quote has to be approved as it stands."""
    row, _ = proposals.deliver(to_change(request, proposal), how=given.how, words=given.words, by=request.actor, at=now())
    return answer(shown(row))


@router.post("/{proposal}/answer", auth=WRITE, response=dict, openapi_extra=ONCE_HELP)
@once
def answered(request: HttpRequest, proposal: UUID, given: AnswerGiven) -> HttpResponse:
    """Keep what they said."""
    row = proposal_life.answer(to_change(request, proposal), given.answer, words=given.words, timeline_agreed=given.timeline_agreed, by=request.actor, at=now())
    return answer(shown(row))
