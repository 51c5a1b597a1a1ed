"""ANALYTICS-43: of the deals that saw a demo, how many won."""

from rounds.analytics.numbers.definition import PLACES, metric
from rounds.analytics.numbers.rows import closed_deals, one_if, stage_of, stages_from, that_reached


@metric(number="ANALYTICS-43", title="Demo to close", unit="percent", how="share", when="closed in", noun="opportunity", population="Deals closed in the period that had reached the demo", by=(*PLACES, "product", "source", "kind"))
def demo_to_close(t, w, book):
    """Won deals of all deals that were closed in the period and had reached the demo. The targets of the steps on the way make 19.5 %, the target of the whole is
    20 % (C-33)."""
    deals = that_reached(t, closed_deals(t, w), stages_from(book, stage_of(book, "demo.completed")))
    return deals.mutate(top=one_if(deals.outcome == "won"))
