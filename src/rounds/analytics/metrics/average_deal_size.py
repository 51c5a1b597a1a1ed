"""ANALYTICS-03: what a won deal brings in a year."""

from rounds.analytics.numbers.definition import PLACES, metric
from rounds.analytics.numbers.rows import won_deals


@metric(number="ANALYTICS-03", title="Average deal size", unit="money", how="mean", when="closed in", noun="opportunity", population="Deals won in the period that have an amount", by=(*PLACES, "product", "source", "kind"))
def average_deal_size(t, w, book):
    """What the deals won in the period bring in a year (ARR), on average. A deal won without an amount is left out of the mean
    instead of counting as nothing."""
    won = won_deals(t, w)
    return won.mutate(x=won.amount_cents)
