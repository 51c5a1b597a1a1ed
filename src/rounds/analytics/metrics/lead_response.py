"""ANALYTICS-23: how long a lead waits for our first answer."""

from rounds.analytics.numbers.answers import answered_leads
from rounds.analytics.numbers.definition import PLACES, metric
from rounds.analytics.numbers.rows import seconds


@metric(number="ANALYTICS-23", title="Lead response time", unit="hours", how="median", when="created in", noun="lead", population="Leads created in the period that were answered", better="less", by=(*PLACES, "source", "band"))
def lead_response(t, w, book):
    """The middle number of hours from a lead's creation to our first call, personal mail, visit or meeting; automatic mail never counts. Hours as they pass,
    nights and weekends included. Leads nobody has answered yet are not in it: see the share beside it."""
    leads = answered_leads(t, w, book)
    leads = leads.filter(leads.answered_at.notnull())
    return leads.mutate(x=seconds(leads.captured_at, leads.answered_at))
