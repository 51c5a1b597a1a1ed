"""ABM-23: how often we meet the accounts of the programme."""

from rounds.analytics.numbers.abm import units_of_programme, with_acts
from rounds.analytics.numbers.definition import PLACES, metric


@metric(number="ABM-23", title="Meetings an account", unit="count", how="mean", when="held in", noun="account", population="Buying units with a tier", by=PLACES)
def abm_meetings(t, w, book):
    """Meetings held in the period with a buying unit of the programme or a house of it, the mean over all in their tier; one that was not met counts as none."""
    return with_acts(t, w, units_of_programme(t), book.measures.acts.meetings)
