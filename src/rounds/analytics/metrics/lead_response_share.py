"""ANALYTICS-23: how many leads were answered in time."""

from rounds.analytics.leads.response import target
from rounds.analytics.numbers.answers import answered_leads
from rounds.analytics.numbers.definition import PLACES, metric
from rounds.analytics.numbers.rows import one_if, seconds


@metric(number="ANALYTICS-23", title="Leads answered in time", unit="percent", how="share", when="created in", noun="lead", population="Leads created in the period that had time for an answer", by=(*PLACES, "source", "band"))
def lead_response_share(t, w, book):
    """Leads whose first answer of ours came within the promised time (routing/sla.yaml, first_response), of all that had so much time. A lead nobody answered counts
    as not answered."""
    span = target(book)
    leads = answered_leads(t, w, book)
    leads = leads.filter(leads.captured_at <= w.at - span)
    return leads.mutate(top=one_if(seconds(leads.captured_at, leads.answered_at) <= int(span.total_seconds())))
