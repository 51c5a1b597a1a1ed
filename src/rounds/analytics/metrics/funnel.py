"""ANALYTICS-51: the customer's way, step by step."""

from rounds.analytics.numbers.definition import PLACES, metric
from rounds.analytics.numbers.funnels import steps


@metric(number="ANALYTICS-51", title="Funnel", unit="count", how="count", when="created in", noun="lead", population="Leads created in the period, and what became of them", by=("step", *PLACES))
def funnel(t, w, book):
    """The leads created in the period, at each step they reached: awareness, interest, consideration, intent, purchase, retention, expansion. Which state of a record stands for a step is
    told in numbers/metrics.yaml; by step, each is a part of the one before."""
    import ibis

    made = steps(t, w, book)
    return ibis.union(*[rows.mutate(step=ibis.literal(said.step)) for said in book.measures.funnel if (rows := made.get(said.step)) is not None])
