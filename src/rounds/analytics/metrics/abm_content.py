"""ABM-23, ABM-24: what accounts of the programme read of ours."""

from rounds.analytics.numbers.abm import acts_of_programme
from rounds.analytics.numbers.definition import PLACES, metric


@metric(number="ABM-23", title="Content taken", unit="count", how="sum", when="held in", noun="account", population="Buying units of the programme that took content in the period", by=PLACES)
def abm_content(t, w, book):
    """Downloads, shares and sign-ups (numbers/metrics.yaml, acts: content) in the period by people of buying units of the programme or a house of theirs."""
    return acts_of_programme(t, w, book.measures.acts.content)
