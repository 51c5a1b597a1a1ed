"""ABM-23: how often we meet executives of the programme."""

from rounds.analytics.numbers.abm import acts_of_programme
from rounds.analytics.numbers.definition import PLACES, metric


@metric(number="ABM-23", title="Executive meetings", unit="count", how="sum", when="held in", noun="account", population="Buying units of the programme that met us with an executive in the period", by=PLACES)
def abm_executive_meetings(t, w, book):
    """Meetings with executives (numbers/metrics.yaml, acts: executive) held in the period with buying units of the programme or a house of theirs."""
    return acts_of_programme(t, w, book.measures.acts.executive)
