"""KPI-18: customers who speak for us."""

from rounds.analytics.numbers.definition import PLACES, metric
from rounds.analytics.numbers.rows import one_if


@metric(number="ANALYTICS-21", title="Reference customers", unit="percent", how="share", when="known at", noun="customer", population="Customers that are ours", now_only=True, by=PLACES)
def reference_rate(t, w, book):
    """Customers who said they speak for us, of all customers; whoever was not asked yet counts as not willing."""
    customers, said = t.customers, t.whole("references")
    here = customers.filter(customers.phase != "churned")
    willing = said.filter(said.willing).select(willing_id=said.customer_id)
    both = here.left_join(willing, here.id == willing.willing_id)
    return both.mutate(top=one_if(both.willing_id.notnull())).drop("willing_id")
