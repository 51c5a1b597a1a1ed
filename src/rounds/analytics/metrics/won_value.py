"""What was won."""

from rounds.analytics.numbers.definition import PLACES, metric
from rounds.analytics.numbers.rows import won_deals


@metric(number="ANALYTICS-17", title="Won", unit="money", how="sum", when="closed in", noun="opportunity", population="Deals won in the period", by=(*PLACES, "product", "source", "kind"))
def won_value(t, w, book):
    """What the deals won in the period bring in a year (ARR), together."""
    won = won_deals(t, w)
    return won.mutate(x=won.counted_cents)
