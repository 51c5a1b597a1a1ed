"""ANALYTICS-09: EHR integrations that went live."""

from rounds.analytics.numbers.definition import PLACES, metric
from rounds.analytics.numbers.rows import of_customers, on_days, one_if, within

INTEGRATION, VALIDATION = "data_integration", "validation"


@metric(number="ANALYTICS-09", title="EHR integration success", unit="percent", how="share", when="ended in", noun="customer", population="Projects whose integration passed validation, or that were stopped on the way, in the period", by=PLACES)
def ehr_integration_success(t, w, book):
    """Projects whose data integration passed its validation in the period, of those and of the projects that were stopped in it
    before they got there."""
    import ibis

    steps, projects = t.project_steps, t.implementations
    passed = steps.filter(steps.step == VALIDATION, on_days(steps.done_on, w))
    ever = steps.filter(steps.step == VALIDATION, steps.done_on.notnull())
    stopped = projects.filter(within(projects.stopped_at, w)).anti_join(ever, projects.id == ever.implementation_id)
    rows = ibis.union(passed.select("customer_id", top=one_if(passed.id.notnull())), stopped.select("customer_id", top=one_if(stopped.id.isnull())))
    return of_customers(t, rows).mutate(id=ibis._.customer_id)
