"""ANALYTICS-13: the pipeline, each deal by its chance."""

from rounds.analytics.numbers.definition import OF_DEALS, metric
from rounds.analytics.numbers.rows import open_deals
from rounds.rules.pricing.cents import BASE


@metric(number="ANALYTICS-13", title="Weighted pipeline", unit="money", how="sum", when="open at", noun="opportunity", population="Open deals", scale=100 * BASE, by_chance=True, by=(*OF_DEALS, "kind"))
def weighted_pipeline(t, w, book):
    """Every open deal by the chance of its stage. The chances are the playbook's targets until enough of our own deals were closed,
    and are drawn towards what became of those from then on; a lost deal weighs nothing."""
    deals = open_deals(t)
    return deals.mutate(x=deals.counted_cents * deals.chance_bp)
