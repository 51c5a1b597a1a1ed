"""ABM-23: which deals have a champion."""

from rounds.analytics.numbers.definition import OF_DEALS, metric
from rounds.analytics.numbers.rows import on_committee, one_if, open_deals


@metric(number="ABM-23", title="Deals with a champion", unit="percent", how="share", when="open at", noun="opportunity", population="Open deals", by=(*OF_DEALS, "kind"))
def champions(t, w, book):
    """Open deals with somebody on the committee whose stance is champion, of all open deals."""
    deals, people = open_deals(t), on_committee(t)
    for_us = people.filter(people.stance == "champion").select(for_id=people.deal_id).distinct()
    both = deals.left_join(for_us, deals.id == for_us.for_id)
    return both.mutate(top=one_if(both.for_id.notnull())).drop("for_id")
