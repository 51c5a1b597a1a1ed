"""KPI-24, LEAD-29: which leads become a deal."""

from rounds.analytics.numbers.definition import BY_LEAD, OF_LEADS, metric
from rounds.analytics.numbers.leads import with_deal
from rounds.analytics.numbers.rows import within


@metric(number="LEAD-29", title="Lead to deal", unit="percent", how="share", when="created in", noun="lead", population="Leads created in the period", by=OF_LEADS, filters=BY_LEAD)
def lead_to_deal(t, w, book):
    """Leads created in the period that became a deal, of all created in it, whatever came of the deal. Leads of a young period may still get there. A band is the one the lead
    has now, a playbook the version in force when it came in."""
    leads = t.leads
    return with_deal(t, leads.filter(within(leads.captured_at, w)))
