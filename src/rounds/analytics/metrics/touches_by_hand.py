"""ABM-25: how much of what we send a person has to do."""

from rounds.analytics.numbers.definition import PLACES, metric
from rounds.analytics.numbers.rows import one_if, within


@metric(number="ABM-25", title="Touches by hand", unit="percent", how="share", when="held in", noun="account", population="What went out to accounts of the programme in the period", better="less", by=(*PLACES, "kind"))
def touches_by_hand(t, w, book):
    """Of everything that went out to accounts of the programme in the period, what a person of ours did; the rest was done by sequences and automations."""
    acts = t.activities
    acts = acts.filter(within(acts.happened_at, w), acts.direction == "out", acts.tier > 0, acts.account_id != "")
    return acts.mutate(top=one_if(acts.human), id=acts.account_id)
