"""ABM-24: who of the programme comes to events."""

from rounds.analytics.numbers.abm import acts_of_programme
from rounds.analytics.numbers.definition import PLACES, metric


@metric(number="ABM-24", title="Event attendance", unit="count", how="sum", when="held in", noun="account", population="Buying units of the programme that were at an event in the period", by=PLACES)
def abm_events(t, w, book):
    """Attendances at events and webinars (numbers/metrics.yaml, acts: events) in the period by people of buying units of the programme or a house of theirs."""
    return acts_of_programme(t, w, book.measures.acts.events)
