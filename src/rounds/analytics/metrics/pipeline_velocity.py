"""ANALYTICS-42: how many dollars a day the pipeline makes (b); the days from lead to close (a) are the sales cycle."""

from rounds.analytics.numbers.definition import derived


@derived(number="ANALYTICS-42", title="Pipeline velocity", unit="money_a_day", when="closed in", noun="opportunity", of=("open_deal_count", "win_rate", "average_deal_size", "sales_cycle"), population="Open deals, and the deals closed in the period")
def pipeline_velocity(values, book):
    """Open deals × win rate × average deal size ÷ days of the sales cycle: what the pipeline brings a day if everything stays as it is. The other reading of 001, days from lead
    to close, is the sales cycle (C-31)."""
    if not values["sales_cycle"]:
        return None
    return values["open_deal_count"] * values["win_rate"] / 100 * values["average_deal_size"] / values["sales_cycle"]
