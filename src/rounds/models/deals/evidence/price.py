"""Evidence of the fifth process stage: the proposal's answer, the price both sides hold to, the timeline."""

from __future__ import annotations

from rounds.kit.once import once
from rounds.models.deals.evidence import Evidence, evidence
from rounds.models.deals.opportunities import Opportunity
from rounds.models.deals.proposals import OUT, Proposal
from rounds.models.deals.quotes import Quote
from rounds.models.flow.days import house_day

LATER = ("draft", "withdrawn")


@once
def _last(deal: Opportunity) -> Proposal | None:
    """The newest proposal the customer was given."""
    return Proposal.objects.filter(opportunity=deal).exclude(state__in=LATER).order_by("-version").first()


@evidence("proposal.accepted")
def accepted(deal: Opportunity) -> Evidence:
    """The last proposal was accepted in principle."""
    row = _last(deal)
    if row is None:
        return Evidence("missing", "no proposal was sent yet", f"/opportunities/{deal.id}/", next="Write the proposal and send it", whose="owner")
    url, due = f"/proposals/{row.id}/", house_day(row.answer_due_at) if row.answer_due_at else None
    if row.state == "accepted":
        return Evidence("met", f"accepted on {house_day(row.answered_at):%-d %B}", url)
    if row.state in OUT:
        seen = "opened" if row.viewed_at else "not opened yet"
        return Evidence("missing", f"sent {house_day(row.sent_at):%-d %B}, {seen}, no answer", url, next=f"Ask for an answer to {row.title}", whose="customer", due=due)
    says = {"declined": "it was declined", "changes": "they want it otherwise", "expired": "it ran out without an answer"}
    return Evidence("missing", says.get(row.state, row.state), url, next="Make a new version of the proposal", whose="owner")


@evidence("pricing.negotiated")
def negotiated(deal: Opportunity) -> Evidence:
    """A quote was accepted by the customer; one that only we approved is on its way."""
    quotes = {quote.state: quote for quote in Quote.objects.filter(opportunity=deal).order_by("version")}
    if (quote := quotes.get("accepted")) is not None:
        return Evidence("met", f"version {quote.version} accepted at {quote.effective_bp / 100:g} % off", f"/quotes/{quote.id}/")
    if (quote := quotes.get("asked")) is not None:
        return Evidence("missing", "the discount waits for its approval", f"/quotes/{quote.id}/", next="Have the discount approved", whose="us")
    if (quote := quotes.get("approved")) is not None:
        return Evidence("missing", f"version {quote.version} is approved, not accepted yet", f"/quotes/{quote.id}/", next="Settle the price", whose="customer")
    if (quote := quotes.get("draft")) is not None:
        return Evidence("missing", f"version {quote.version} is a draft", f"/quotes/{quote.id}/", next="Ask for the approval of the quote", whose="owner")
    return Evidence("missing", "there is no quote yet", f"/opportunities/{deal.id}/", next="Make a quote", whose="owner")


@evidence("proposal.timeline_agreed")
def timeline(deal: Opportunity) -> Evidence:
    """The customer agreed with the timeline of the proposal."""
    row = _last(deal)
    if row is None:
        return Evidence("missing", "no proposal with a timeline was sent yet", f"/opportunities/{deal.id}/", next="Send the proposal", whose="owner")
    if row.timeline_agreed:
        return Evidence("met", "agreed with the proposal", f"/proposals/{row.id}/")
    says = "not agreed" if row.timeline_agreed is False else "not said yet"
    return Evidence("missing", f"the timeline is {says}", f"/proposals/{row.id}/", next="Agree the timeline of the implementation", whose="customer")
