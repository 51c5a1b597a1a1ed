"""ANALYTICS-01, 33: what the open pipeline is worth."""

from rounds.analytics.numbers.definition import OF_DEALS, metric
from rounds.analytics.numbers.rows import open_deals


@metric(number="ANALYTICS-01", title="Pipeline value", unit="money", how="sum", when="open at", noun="opportunity", population="Open deals", by=(*OF_DEALS, "kind"))
def pipeline_value(t, w, book):
    """What all open deals would bring in a year, at the end of the period or now. A deal and those below it are counted once;
    a deal without an amount counts as one deal and adds nothing."""
    deals = open_deals(t)
    return deals.mutate(x=deals.counted_cents)
