"""The money of a deal on its page: the quote that counts, its approval, the proposal, what was given and received."""

from __future__ import annotations

from django.http import HttpRequest

from rounds.access.allowed import may_change
from rounds.models import Concession, Opportunity, Proposal, Quote
from rounds.models.flow.active import active
from rounds.web.deals import price_words as price_words  # its events get their words
from rounds.web.deals.panels import Made, panel
from rounds.web.deals.proposals import STATES as PROPOSED
from rounds.web.deals.quote_shown import STATES


@panel("money", place="aside", order=30)
def money(request: HttpRequest, deal: Opportunity) -> Made:
    """Three queries."""
    quotes = list(Quote.objects.filter(opportunity=deal).order_by("-version")[:6])
    live = next((row for row in quotes if row.state == "accepted"), None) or next((row for row in quotes if row.is_open), None)
    row = Proposal.objects.filter(opportunity=deal).exclude(state="withdrawn").order_by("-version").first()
    sides = list(Concession.objects.filter(opportunity=deal, withdrawn_at=None).values_list("side", flat=True)[:100])
    book = active().playbook
    sizes = book.products.sizes
    usd = deal.amount_cents / 100 if deal.amount_cents is not None else None
    return "deals/panels/money.html", {
        "quote": live, "state": STATES[live.state] if live else None, "older": [one for one in quotes if one is not live], "proposal": row,
        "proposed": PROPOSED[row.state] if row else None, "given": sides.count("given"), "received": sides.count("received"), "size": sizes.of(usd),
        "products": book.products.products, "may_quote": may_change(request.user, deal) and deal.closed_at is None}  # fmt: skip
