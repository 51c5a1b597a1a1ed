"""ANALYTICS-10: who uses it."""

from rounds.analytics.numbers.definition import PLACES, metric
from rounds.analytics.numbers.rows import of_customers


@metric(number="ANALYTICS-10", title="Provider adoption", unit="percent", how="ratio", when="known at", noun="customer", population="Customers with a fresh adoption reading", small=False, by=PLACES)
def provider_adoption(t, w, book):
    """People who used it in the last 30 days, of those with a licence, over the last reading of each customer; a reading that has grown
    stale (implementation/success.yaml, fresh) is left out."""
    from datetime import timedelta

    import ibis

    read = t.readings
    fresh = w.day - timedelta(days=book.success.metrics["user_adoption"].fresh.days)
    read = read.filter(read.metric == "user_adoption", read.as_of <= w.day, read.as_of > fresh, read["whole"] > 0)
    last = ibis.row_number().over(ibis.window(group_by=read.customer_id, order_by=[read.as_of.desc(), read.id.desc()]))
    read = read.mutate(place=last).filter(ibis._.place == 0)
    return of_customers(t, read.mutate(top=read.part, base=read["whole"])).mutate(id=ibis._.customer_id)
