"""ANALYTICS-25: proofs of concept that reached what was agreed."""

from rounds.analytics.numbers.definition import PLACES, metric
from rounds.analytics.numbers.rows import of_deals, on_days, one_if


@metric(number="ANALYTICS-25", title="POC success rate", unit="percent", how="share", when="ended in", noun="opportunity", population="Proofs of concept that ended with a result in the period", by=(*PLACES, "product", "source", "kind"))
def poc_success(t, w, book):
    """Proofs of concept whose success criteria were met, of all that ended with a result in the period; a partial one is none, an abandoned one has no result (C-25)."""
    pocs = t.pocs
    ended = pocs.filter(pocs.state == "ended", pocs.result != "", on_days(pocs.ended_on, w))
    return of_deals(t, ended.mutate(top=one_if(ended.result == "success")))
