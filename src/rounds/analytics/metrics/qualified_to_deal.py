"""KPI-24, LEAD-29: which qualified leads become a deal."""

from rounds.analytics.numbers.definition import BY_LEAD, OF_LEADS, metric
from rounds.analytics.numbers.leads import first_qualified, with_deal


@metric(number="LEAD-29", title="Qualified lead to deal", unit="percent", how="share", when="entered in", noun="lead", population="Leads that first became qualified in the period", by=OF_LEADS, filters=BY_LEAD)
def qualified_to_deal(t, w, book):
    """Of the leads that first became qualified in the period, those that became a deal, whatever came of it."""
    return with_deal(t, first_qualified(t, w))
