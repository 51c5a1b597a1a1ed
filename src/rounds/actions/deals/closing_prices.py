"""What of prices ends with a deal: open quotes with their approvals, proposals that wait for an answer."""

from __future__ import annotations

from datetime import datetime

from rounds.actions.deals import proposal_life, quotes
from rounds.actions.deals.closing_parts import on_close
from rounds.actions.deals.quote_sums import locked
from rounds.kit.actor import Actor
from rounds.models import Opportunity, Proposal, Quote
from rounds.models.deals.proposals import OUT
from rounds.models.deals.quotes import OPEN_STATES


@on_close("prices")
def end_prices(deal: Opportunity, *, won: bool, by: Actor, at: datetime) -> list[str]:
    """Open quotes are void, proposals that are out or drafts are withdrawn. Effects: those of quotes.end, proposal_life.end."""
    told, why = [], f"The deal was {'won' if won else 'lost'}."
    for row in Proposal.objects.filter(opportunity=deal, state__in=("draft", *OUT)):
        if proposal_life.end(row, "withdrawn", reason=why, by=by, at=at):
            told.append(f"The proposal “{row.title}” was withdrawn")
    for quote in Quote.objects.filter(opportunity=deal, state__in=OPEN_STATES):
        quotes.end(locked(quote), "void", reason=why, by=by, at=at)
        told.append(f"The quote “{quote.name}”, version {quote.version}, is off the table")
    return told
