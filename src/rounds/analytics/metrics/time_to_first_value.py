"""KPI-34: how long until a customer has something of it."""

from rounds.analytics.numbers.definition import PLACES, metric
from rounds.analytics.numbers.rows import days_between, of_customers, on_days


@metric(number="ANALYTICS-10", title="Time to first value", unit="days", how="median", when="ended in", noun="customer", population="Projects whose first value came in the period", better="less", by=PLACES)
def time_to_first_value(t, w, book):
    """Days from the start of the clock (implementation/plan, ttfv_start) to the first value of a project, the middle of those that had it in the period (C-27)."""
    import ibis

    projects = t.implementations
    start = {"signed": projects.signed_on, "kickoff": projects.kickoff_on, "golive": projects.live_on}[book.implementation.ttfv_start]
    here = projects.mutate(start=start).filter(on_days(projects.first_value_on, w), ibis._.start.notnull())
    return of_customers(t, here.mutate(x=days_between(here.start, here.first_value_on))).mutate(id=ibis._.customer_id)
