"""ANALYTICS-19: how many meetings a deal takes."""

from rounds.analytics.numbers.definition import PLACES, metric
from rounds.analytics.numbers.rows import within

DIMS = ("id", "segment", "territory", "tier", "owner_id", "team_id")


@metric(number="ANALYTICS-19", title="Deals per meeting", unit="percent", how="ratio", when="opened in", noun="opportunity", population="Meetings held and deals opened in the period", by=PLACES)
def opportunities_per_meeting(t, w, book):
    """Deals opened in the period, in percent of the meetings held in it."""
    import ibis

    acts, deals, zero, one = t.activities, t.deals, ibis.literal(0, "int64"), ibis.literal(1, "int64")
    met = acts.filter(within(acts.happened_at, w), acts.human, acts.kind.isin(list(book.measures.acts.meetings))).mutate(owner_id=acts.by_id)
    opened = deals.filter(within(deals.opened_at, w))
    return ibis.union(met.select(*DIMS, top=zero, base=one, counts=ibis.literal(True)), opened.select(*DIMS, top=one, base=zero, counts=ibis.literal(False)))
