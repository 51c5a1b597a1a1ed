"""ABM-24: which deals came as far as a proposal."""

from rounds.analytics.numbers.definition import PLACES, metric
from rounds.analytics.numbers.rows import closed_deals, marked, stage_of, stages_from


@metric(number="ABM-24", title="Deal to proposal", unit="percent", how="share", when="closed in", noun="opportunity", population="Deals closed in the period", by=(*PLACES, "product", "source", "kind"))
def deal_to_proposal(t, w, book):
    """Deals that reached the proposal, or went past it, of all that were closed in the period."""
    return marked(t, closed_deals(t, w), "top", stages_from(book, stage_of(book, "proposal.delivered")))
