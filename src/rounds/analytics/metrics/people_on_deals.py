"""ABM-23: whether a deal hangs on one person."""

from rounds.analytics.numbers.definition import OF_DEALS, metric
from rounds.analytics.numbers.rows import on_committee, open_deals


@metric(number="ABM-23", title="People known on a deal", unit="count", how="mean", when="open at", noun="opportunity", population="Open deals", by=(*OF_DEALS, "kind"))
def people_on_deals(t, w, book):
    """People of the customer on the committee of an open deal, the mean over all open deals; a deal without one counts as none (multi-threading)."""
    deals, people = open_deals(t), on_committee(t)
    many = people.group_by("deal_id").aggregate(x=people.contact_id.nunique().cast("int64")).rename(on_id="deal_id")
    both = deals.left_join(many, deals.id == many.on_id)
    return both.mutate(x=both.x.fill_null(0)).drop("on_id")
