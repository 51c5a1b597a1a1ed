"""ANALYTICS-33: how much the open pipeline has moved within a week."""

from datetime import timedelta

from rounds.analytics.numbers.definition import OF_DEALS, metric
from rounds.analytics.numbers.rows import DIMS, open_deals

WEEK = timedelta(days=7)


@metric(number="ANALYTICS-33", title="Pipeline change in a week", unit="money", how="sum", when="open at", noun="opportunity", population="Deals that are open, or were a week before", by=OF_DEALS, back_days=WEEK.days)
def pipeline_change(t, w, book):
    """Today's open pipeline less the one of seven days before, as it was kept that evening. A deal that was won or lost since
    leaves it, so that a good week may show a fall."""
    import ibis

    now, then = open_deals(t), t.stood(w.day - WEEK)
    then = then.filter(then.outcome == "open")
    columns = ("id", *DIMS)
    return ibis.union(now.select(*columns, x=now.counted_cents), then.select(*columns, x=-then.counted_cents))
