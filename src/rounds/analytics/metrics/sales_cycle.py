"""ANALYTICS-04: from the lead to the contract."""

from rounds.analytics.numbers.definition import PLACES, metric
from rounds.analytics.numbers.rows import seconds, won_deals


@metric(number="ANALYTICS-04", title="Sales cycle", unit="days", how="median", when="closed in", noun="opportunity", population="Deals won in the period", better="less", by=(*PLACES, "product", "source", "kind"))
def sales_cycle(t, w, book):
    """The middle number of days from a lead's creation to its deal being won; a deal that came without a lead begins when it was
    opened. The mean stands beside it, because a few very long deals draw it up."""
    import ibis

    won = won_deals(t, w)
    began = ibis.coalesce(won.lead_at, won.opened_at) if book.measures.cycle_from.value == "lead" else won.opened_at
    return won.mutate(x=seconds(began, won.closed_at))
