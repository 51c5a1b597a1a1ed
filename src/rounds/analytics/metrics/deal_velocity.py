"""ANALYTICS-35: how fast deals go on."""

from rounds.analytics.numbers.definition import OF_DEALS, metric
from rounds.analytics.numbers.rows import ADVANCES, of_deals, seconds, within


@metric(number="ANALYTICS-35", title="Deal velocity", unit="days", how="mean", when="entered in", noun="opportunity", population="Advances of deals in the period", better="less", by=OF_DEALS)
def deal_velocity(t, w, book):
    """Days between one stage and the next, over the advances of the period, on average."""
    import ibis

    entries = t.stage_changes
    before = entries.entered_at.lag().over(ibis.window(group_by=entries.deal_id, order_by=[entries.entered_at, entries.id]))
    entries = entries.mutate(before=before)
    gone = entries.filter(entries.way.isin(list(ADVANCES)), within(entries.entered_at, w), entries.before.notnull())
    return of_deals(t, gone.mutate(x=seconds(gone.before, gone.entered_at), stage=gone.now), keep=("stage",))
