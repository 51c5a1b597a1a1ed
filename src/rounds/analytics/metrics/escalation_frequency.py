"""ANALYTICS-26: how often something had to be taken up the line."""

from rounds.analytics.numbers.definition import PLACES, metric
from rounds.analytics.numbers.rows import open_deals, within

DIMS = ("id", "segment", "territory", "tier", "owner_id", "team_id")


@metric(number="ANALYTICS-26", title="Escalation frequency", unit="percent", how="ratio", when="held in", noun="opportunity", population="Escalated promises of the period, against open deals", better="less", by=PLACES)
def escalation_frequency(t, w, book):
    """Promises that were escalated in the period because nobody kept them, in percent of the deals open now."""
    import ibis

    tasks, deals, zero, one = t.tasks, open_deals(t), ibis.literal(0, "int64"), ibis.literal(1, "int64")
    up = tasks.filter(within(tasks.escalated_at, w))
    return ibis.union(up.select(*DIMS, top=one, base=zero, counts=ibis.literal(False)), deals.select(*DIMS, top=zero, base=one, counts=ibis.literal(True)))
