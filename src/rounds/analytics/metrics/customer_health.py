"""ANALYTICS-36: how customers are."""

from rounds.analytics.numbers.definition import PLACES, metric


@metric(number="ANALYTICS-36", title="Customer health", unit="score", how="mean", when="known at", noun="customer", population="Customers that are ours and have a health score", small=False, now_only=True, by=(*PLACES, "band"))
def customer_health(t, w, book):
    """The mean health of customers, of 100, by their last check. A customer of whom too little is known has no score and is left out."""
    customers = t.customers
    here = customers.filter(customers.phase != "churned")
    return here.mutate(x=here.health, band=here.health_band)
