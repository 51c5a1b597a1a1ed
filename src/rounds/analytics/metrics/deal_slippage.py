"""ANALYTICS-15: deals that went out of their period."""

from rounds.analytics.numbers.definition import OF_DEALS, metric
from rounds.analytics.numbers.rows import one_if, open_and_closing


@metric(number="ANALYTICS-15", title="Deal slippage", unit="percent", how="share", when="closing in", noun="opportunity", population="Deals that were open and to close in the period when it began", better="less", from_start=True, by=OF_DEALS)
def deal_slippage(t, w, book):
    """Of the deals that were to close in the period when it began, those that did not: their close date now lies beyond it, or they were closed
    after it. A deal that was lost in the period has not slipped."""
    then, now = t.stood(w.period.starts, open_and_closing(w)), t.whole("deals")
    now = now.select(now_id=now.id, now_outcome=now.outcome, now_close=now.close_on, now_closed=now.closed_at)
    both = then.inner_join(now, then.id == now.now_id)
    later = ((both.now_outcome == "open") & (both.now_close > w.period.ends)) | (both.now_closed >= w.end)
    return both.mutate(top=one_if(later)).drop("now_id", "now_outcome", "now_close", "now_closed")
