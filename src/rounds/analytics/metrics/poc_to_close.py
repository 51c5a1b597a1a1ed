"""ANALYTICS-44, C-25: of the deals that tried it, how many won."""

from rounds.analytics.numbers.definition import PLACES, metric
from rounds.analytics.numbers.rows import closed_deals, one_if, stage_of, stages_from, that_reached


@metric(number="ANALYTICS-44", title="POC to close", unit="percent", how="share", when="closed in", noun="opportunity", population="Deals closed in the period that had reached the proof of concept", by=(*PLACES, "product", "source", "kind"))
def poc_to_close(t, w, book):
    """Won deals of all deals that were closed in the period and had agreed a proof of concept. Not the success of the proofs themselves: see POC success (C-25)."""
    deals = that_reached(t, closed_deals(t, w), stages_from(book, stage_of(book, "poc.agreed")))
    return deals.mutate(top=one_if(deals.outcome == "won"))
