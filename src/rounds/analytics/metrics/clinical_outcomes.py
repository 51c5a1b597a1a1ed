"""ANALYTICS-08: what changed for patients, as the customers measured it."""

from rounds.analytics.numbers.definition import PLACES, metric
from rounds.analytics.numbers.rows import of_customers, on_days

FINE = 1_000_000


@metric(number="ANALYTICS-08", title="Clinical outcome improvements", unit="percent", how="mean", when="ended in", noun="customer", population="Outcomes with a baseline, of groups measured until a day in the period", scale=FINE // 100, by=PLACES)
def clinical_outcomes(t, w, book):
    """The mean change against the baseline over all outcomes customers registered, in the direction that is better: fewer readmissions
    and more screenings both count upwards. Each outcome weighs the same, however large its group."""
    kept = t.outcomes
    kept = kept.filter(on_days(kept.ends_on, w), kept.baseline != 0)
    change = (kept.current - kept.baseline) / kept.baseline.abs() * FINE
    better = (kept.better == "less").ifelse(-change, change)
    return of_customers(t, kept.mutate(x=better.floor().cast("int64")))
