"""ANALYTICS-16: won revenue, spread over the time it is for."""

from rounds.analytics.numbers.definition import PLACES, metric
from rounds.analytics.numbers.rows import of_customers

YEAR = 365


@metric(number="ANALYTICS-16", title="Revenue recognised", unit="money", how="sum", when="recognised in", noun="customer", population="Terms that run in the period", scale=100 * YEAR, by=PLACES)
def revenue_recognised(t, w, book):
    """What customers bought, spread evenly over the days of their terms: the days of the period that a term runs, times a 365th of what it brings in a
    year. Terms that are to run later are in later periods, so that a period to come shows what is signed already."""
    import ibis

    terms = t.terms
    first = ibis.greatest(terms.starts_on, ibis.literal(w.period.starts))
    last = ibis.least(terms.ends_on, ibis.literal(w.period.ends))
    terms = terms.mutate(days=last.delta(first, unit="day") + 1).filter(ibis._.days > 0)
    return of_customers(t, terms.mutate(x=terms.days.cast("int64") * terms.arr_cents)).mutate(id=ibis._.customer_id)
