"""Deeds on quotes and proposals (AUTO-05, PIPE-12)."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from rounds.actions.deals import approvals, proposal_life, proposals
from rounds.actions.flow.verbs.verb import Context, Nothing, Outcome, Said, done, refused, verb
from rounds.kit.actor import Actor
from rounds.models import Proposal, Quote
from rounds.models.deals.proposals import OUT


class Document(Said):
    """Which document: a proposal on the deal's newest quote."""

    document: Literal["proposal"] = "proposal"


@verb("proposal.follow_up", says="follow up proposals", emits=("task.added",))
def follow_up(context: Context, said: Nothing, *, by: Actor, at: datetime) -> Outcome:
    """The daily look at every proposal that waits for an answer; of a deal, at its own."""
    rows = Proposal.objects.filter(state__in=OUT).select_related("opportunity__account", "opportunity__owner").order_by("sent_at")
    if context.deal is not None:
        rows = rows.filter(opportunity=context.deal)
    told = [what for row in rows if (what := proposal_life.follow_up(row, by=by, at=at))]
    return done(f"{len(told)} to look after" if told else "nothing to look after")


@verb("approval.request", says="ask for the approval of the quote", needs="opportunity", emits=("quote.approval_asked", "quote.state_changed"))
def request(context: Context, said: Nothing, *, by: Actor, at: datetime) -> Outcome:
    """Ask for the approval of the deal's newest draft of a quote; one that is asked for or approved stays as it is."""
    quotes = Quote.objects.filter(opportunity=context.deal).order_by("-version")
    if quotes.filter(state__in=("asked", "approved", "accepted")).exists():
        return done("it is asked for or approved already")
    draft = quotes.filter(state="draft").first()
    if draft is None:
        return refused("there is no quote yet")
    quote = approvals.ask(draft, by=by, at=at)
    return done("approved at once" if quote.state == "approved" else "asked", quote=quote.id)


@verb("document.create", shape=Document, says="write the proposal", needs="opportunity", emits=("proposal.drafted",))
def write(context: Context, said: Document, *, by: Actor, at: datetime) -> Outcome:
    """Write a proposal on the deal's newest quote that stands, where none is drafted or out."""
    there = Proposal.objects.filter(opportunity=context.deal, state__in=("draft", *OUT)).first()
    if there is not None:
        return done("one is there already", proposal=there.id)
    quote = Quote.objects.filter(opportunity=context.deal, state__in=("draft", "asked", "approved", "accepted")).order_by("-version").first()
    if quote is None:
        return refused("there is no quote to write it on")
    row = proposals.draft(quote, by=by, at=at)
    missing = proposals.missing(row)
    return done(f"written, {len(missing)} items missing" if missing else "written whole", proposal=row.id)
