"""ANALYTICS-21: what customers would tell others."""

from rounds.analytics.numbers.definition import PLACES, metric
from rounds.analytics.numbers.rows import of_customers, on_days


@metric(number="ANALYTICS-21", title="NPS", unit="score", how="share", when="answered in", noun="customer", population="Answers to NPS surveys in the period", private=True, by=PLACES)
def nps(t, w, book):
    """Share of promoters (9, 10) less share of detractors (0 to 6) among the answers of the period, from −100 to 100. Who answered what is told to nobody."""
    import ibis

    said = t.survey_answers
    said = said.filter(said.kind == "nps", on_days(said.answered_on, w))
    marks = book.success.nps
    top = ibis.cases((said.score >= marks.promoter_from.value, 1), (said.score <= marks.detractor_to.value, -1), else_=0).cast("int64")
    return of_customers(t, said.mutate(top=top)).mutate(id=ibis._.customer_id)
