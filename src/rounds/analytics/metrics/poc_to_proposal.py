"""ANALYTICS-43: from the proof of concept to the proposal."""

from rounds.analytics.numbers.definition import PLACES, metric
from rounds.analytics.numbers.rows import marked, on_days, stage_of, stages_from


@metric(number="ANALYTICS-43", title="POC to proposal", unit="percent", how="share", when="ended in", noun="opportunity", population="Deals whose proof of concept ended in the period", by=(*PLACES, "product", "source", "kind"))
def poc_to_proposal(t, w, book):
    """Of the deals whose proof of concept ended in the period, well or badly or abandoned, those that reached the proposal."""
    pocs = t.whole("pocs")
    ended = pocs.filter(pocs.state.isin(["ended", "abandoned"]), on_days(pocs.ended_on, w))
    deals = marked(t, t.deals, "top", stages_from(book, stage_of(book, "proposal.delivered")))
    return deals.semi_join(ended, deals.id == ended.deal_id)
