"""KPI-21: leads that were qualified."""

from rounds.analytics.numbers.definition import BY_LEAD, OF_LEADS, metric
from rounds.analytics.numbers.leads import first_qualified


@metric(number="ANALYTICS-51", title="Qualified leads", unit="count", how="count", when="entered in", noun="lead", population="Leads that first became qualified in the period", by=OF_LEADS, filters=BY_LEAD)
def qualified_leads(t, w, book):
    """Leads that became qualified in the period for the first time."""
    return first_qualified(t, w)
