"""ANALYTICS-17: what was won of the quota."""

from rounds.analytics.numbers.definition import metric
from rounds.analytics.numbers.rows import won_deals

DIMS = ("id", "territory", "owner_id", "team_id")


@metric(number="ANALYTICS-17", title="Quota attainment", unit="percent", how="ratio", when="closed in", noun="opportunity", population="Deals won in the period by those who have a quota in it, against their quotas", small=False, sides="cents", by=("territory", "owner", "team"))
def quota_attainment(t, w, book):
    """What was won in the period by those who have a quota in it, in percent of their quotas (those that lie wholly in it). Whose quota one does not see, their deals count on
    neither side, so that a manager's number is that of her people, and those of all managers make the executive's. Without a quota there is no number."""
    import ibis

    won, quotas = won_deals(t, w), t.quotas
    quotas = quotas.filter(quotas.starts_on >= w.period.starts, quotas.ends_on <= w.period.ends)
    won = won.semi_join(quotas, won.owner_id == quotas.owner_id)
    nothing = ibis.literal(0, "int64")
    return ibis.union(
        won.select(*DIMS, top=won.counted_cents.fill_null(0), base=nothing, counts=ibis.literal(True)),
        quotas.select(*DIMS, top=nothing, base=quotas.cents, counts=ibis.literal(False)),
    )
