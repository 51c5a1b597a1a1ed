"""ANALYTICS-11: patient satisfaction before and after."""

from rounds.analytics.numbers.definition import PLACES, metric
from rounds.analytics.numbers.rows import of_customers, on_days

FINE = 1_000


@metric(number="ANALYTICS-11", title="Patient satisfaction impact", unit="score", how="mean", when="ended in", noun="customer", population="Patient satisfaction outcomes measured until a day in the period", scale=FINE, by=PLACES)
def patient_satisfaction(t, w, book):
    """How many points patient satisfaction rose after go-live, on average, by the customers' own surveys; groups, never one patient."""
    kept = t.outcomes
    kept = kept.filter(on_days(kept.ends_on, w), kept.metric == "patient_satisfaction")
    return of_customers(t, kept.mutate(x=((kept.current - kept.baseline) * FINE).floor().cast("int64")))
