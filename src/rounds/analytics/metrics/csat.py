"""ANALYTICS-21: how well the sale worked for the customer."""

from rounds.analytics.numbers.definition import PLACES, metric
from rounds.analytics.numbers.rows import of_customers, on_days


@metric(number="ANALYTICS-21", title="Customer satisfaction", unit="score", how="mean", when="answered in", noun="customer", population="Answers to surveys after the sale in the period", private=True, by=PLACES)
def csat(t, w, book):
    """The mean answer to the survey after the sale, from 1 to 5. Who answered what is told to nobody."""
    import ibis

    said = t.survey_answers
    said = said.filter(said.kind == "post_sale", on_days(said.answered_on, w))
    return of_customers(t, said.mutate(x=said.score)).mutate(id=ibis._.customer_id)
