"""ANALYTICS-41: which deals are in danger, and why."""

from rounds.analytics.numbers.definition import OF_DEALS, metric
from rounds.analytics.numbers.risks import with_risks
from rounds.analytics.numbers.rows import one_if


@metric(number="ANALYTICS-41", title="Deals at risk", unit="percent", how="share", when="open at", noun="opportunity", population="Open deals", better="less", by=(*OF_DEALS, "kind"))
def deals_at_risk(t, w, book):
    """Open deals that raise at least one flag: stalled, close date past, no next step, one person only, no champion, a competitor in it, a red flag on its qualification,
    slipped twice. The rows behind it name the flags, those with most first."""
    deals = with_risks(t, w, book)
    return deals.mutate(x=deals.flags, top=one_if(deals.flags > 0))
