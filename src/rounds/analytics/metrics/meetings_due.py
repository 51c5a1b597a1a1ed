"""ANALYTICS-38: which meetings are planned, and which of them cannot be kept."""

from rounds.analytics.numbers.definition import PLACES, metric
from rounds.analytics.numbers.diary import in_conflict, planned

OF = ("meeting", "opportunity")


@metric(number="ANALYTICS-38", title="Meetings planned", unit="count", how="count", when="due in", noun="task", rows_of=OF, population="Meetings and demonstrations that are planned to begin in the period", by=(*PLACES, "kind"))
def meetings_due(t, w, book):
    """Meetings that were booked for the period, of whoever is met, and demonstrations planned in it, of whose deal it is."""
    return planned(t, w)


@metric(number="ANALYTICS-38", title="Meetings in conflict", unit="count", how="count", when="due in", noun="task", rows_of=OF, population="Meetings and demonstrations planned in the period that whoever holds them cannot keep", better="less", by=(*PLACES, "kind"))
def meetings_in_conflict(t, w, book):
    """Of the meetings and demonstrations planned in the period, those at the same time as another of the same person, and those at another place with too little time between
    them to get there (travel_minutes in numbers/metrics.yaml); `why` says which."""
    return in_conflict(t, w, book)
