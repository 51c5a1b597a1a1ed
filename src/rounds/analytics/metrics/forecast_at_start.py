"""ANALYTICS-14: what was expected of a period when it began."""

from rounds.analytics.numbers.definition import OF_DEALS, metric
from rounds.analytics.numbers.rows import open_and_closing
from rounds.rules.pricing.cents import BASE


@metric(number="ANALYTICS-14", title="Forecast at the start", unit="money", how="sum", when="closing in", noun="opportunity", population="Deals that were open and to close in the period when it began", scale=100 * BASE, from_start=True, by_chance=True, by=OF_DEALS)
def forecast_at_start(t, w, book):
    """The weighted pipeline that was to close in the period, as it was kept on the evening of its first day."""
    deals = t.stood(w.period.starts, open_and_closing(w))
    return deals.mutate(x=deals.counted_cents * deals.chance_bp)
