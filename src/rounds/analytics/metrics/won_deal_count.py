"""Won deals, counted."""

from rounds.analytics.numbers.definition import PLACES, metric
from rounds.analytics.numbers.rows import won_deals


@metric(number="ANALYTICS-17", title="Deals won", unit="count", how="count", when="closed in", noun="opportunity", population="Deals won in the period", by=(*PLACES, "product", "source", "kind"))
def won_deal_count(t, w, book):
    """How many deals were won in the period."""
    return won_deals(t, w)
