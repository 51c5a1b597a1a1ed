"""Open deals, counted."""

from rounds.analytics.numbers.definition import OF_DEALS, metric
from rounds.analytics.numbers.rows import open_deals


@metric(number="ANALYTICS-01", title="Open deals", unit="count", how="count", when="open at", noun="opportunity", population="Open deals", by=(*OF_DEALS, "kind"))
def open_deal_count(t, w, book):
    """How many deals are open, at the end of the period or now."""
    return open_deals(t)
