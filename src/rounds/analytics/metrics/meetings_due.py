"""ANALYTICS-38: which meetings are planned."""

from rounds.analytics.numbers.definition import PLACES, metric
from rounds.analytics.numbers.rows import of_deals, within


@metric(number="ANALYTICS-38", title="Demos planned", unit="count", how="count", when="due in", noun="opportunity", population="Demos that are planned to begin in the period", by=PLACES)
def meetings_due(t, w, book):
    """Demos that are planned for the period. Free slots, conflicts and travel wait for the calendars of people."""
    demos = t.demos
    return of_deals(t, demos.filter(demos.state == "planned", within(demos.starts_at, w)))
