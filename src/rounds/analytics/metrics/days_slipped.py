"""ANALYTICS-15: by how much deals went out of their period."""

from rounds.analytics.numbers.definition import OF_DEALS, metric
from rounds.analytics.numbers.rows import days_between, open_and_closing


@metric(number="ANALYTICS-15", title="Days slipped", unit="days", how="mean", when="closing in", noun="opportunity", population="Deals that were to close in the period when it began and did not", better="less", from_start=True, by=OF_DEALS)
def days_slipped(t, w, book):
    """From the close date a deal had when the period began to the day it was closed on, or is to close on now; of the deals that slipped, on average."""
    then, now = t.stood(w.period.starts, open_and_closing(w)), t.whole("deals")
    now = now.select(now_id=now.id, now_day=now.closed_at.date().coalesce(now.close_on))
    both = then.inner_join(now, then.id == now.now_id)
    late = both.filter(both.now_day > w.period.ends)
    return late.mutate(x=days_between(late.close_on, late.now_day)).drop("now_id", "now_day")
