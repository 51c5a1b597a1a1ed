"""KPI-16: how often we win where somebody else is in it."""

from rounds.analytics.numbers.definition import PLACES, metric
from rounds.analytics.numbers.rows import closed_deals, one_if


@metric(number="ANALYTICS-02", title="Competitive win rate", unit="percent", how="share", when="closed in", noun="opportunity", population="Deals closed in the period in which a competitor was met", by=(*PLACES, "product", "source", "kind"))
def competitive_win_rate(t, w, book):
    """Won deals of all deals that were closed in the period and in which a competitor was met."""
    deals, met = closed_deals(t, w), t.whole("deal_competitors")
    deals = deals.semi_join(met, deals.id == met.deal_id)
    return deals.mutate(top=one_if(deals.outcome == "won"))
