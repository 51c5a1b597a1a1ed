"""What became of leads: which were ever qualified, and which became a deal (LEAD-29, QUAL-14)."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from rounds.analytics.numbers.period import Window
from rounds.analytics.numbers.rows import one_if, that_reached, within

if TYPE_CHECKING:
    import ibis

    from rounds.analytics.numbers.sources import Tables


def ever_qualified(t: Tables) -> ibis.Table:
    """(ever_id): leads that were qualified once; one that was converted has been."""
    changes = t.whole("lead_statuses")
    return changes.filter(changes.now.isin(["Qualified", "Converted"])).select(ever_id=changes.lead_id).distinct()


def first_qualified(t: Tables, w: Window) -> ibis.Table:
    """The leads that became qualified in the period for the first time."""
    leads, changes = t.leads, t.whole("lead_statuses")
    changes = changes.filter(changes.now == "Qualified")
    first = changes.group_by("lead_id").aggregate(first_at=changes.known_at.min())
    first = first.filter(within(first.first_at, w))
    return leads.semi_join(first, leads.id == first.lead_id)


def with_deal(t: Tables, leads: ibis.Table, stages: Collection[str] = ()) -> ibis.Table:
    """`leads` with `top`: 1 where a deal came of it; where `stages` are named, one that reached any of them."""
    deals = t.whole("deals")
    deals = deals.filter(deals.lead_id != "")
    if stages:
        deals = that_reached(t, deals, stages)
    made = deals.select(made_of=deals.lead_id).distinct()
    both = leads.left_join(made, leads.id == made.made_of)
    return both.mutate(top=one_if(both.made_of.notnull())).drop("made_of")
