"""ANALYTICS-24, 43: of the proposals that were decided, how many won."""

from rounds.analytics.numbers.definition import PLACES, metric
from rounds.analytics.numbers.rows import closed_deals, one_if, stage_of, stages_from, that_reached


@metric(number="ANALYTICS-24", title="Proposal to close", unit="percent", how="share", when="closed in", noun="opportunity", population="Deals closed in the period that had reached the proposal", by=(*PLACES, "product", "source", "kind"))
def proposal_to_close(t, w, book):
    """Won deals of all deals that were closed in the period and had reached the proposal, or went past it."""
    deals = that_reached(t, closed_deals(t, w), stages_from(book, stage_of(book, "proposal.delivered")))
    return deals.mutate(top=one_if(deals.outcome == "won"))
