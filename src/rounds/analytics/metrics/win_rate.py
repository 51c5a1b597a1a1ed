"""ANALYTICS-02: of the deals that were decided, how many we won."""

from rounds.analytics.numbers.definition import PLACES, metric
from rounds.analytics.numbers.rows import closed_deals, one_if


@metric(number="ANALYTICS-02", title="Win rate", unit="percent", how="ratio", when="closed in", noun="opportunity", population="Deals won or lost in the period", rows_are_bases=True, by=(*PLACES, "product", "source", "kind"))
def win_rate(t, w, book):
    """Won deals of all deals that were won or lost in the period, by number (by amount where the playbook says won_by: value).
    Open deals are in neither side. A deal that was taken up again after it was lost counts as it stands now."""
    closed = closed_deals(t, w)
    won = one_if(closed.outcome == "won")
    if book.measures.won_by.value == "value":
        return closed.mutate(top=won * closed.counted_cents.fill_null(0), base=closed.counted_cents.fill_null(0))
    return closed.mutate(top=won, base=one_if(closed.id.notnull()))
