"""KPI-22, KPI-23, LEAD-29: how many leads turn out qualified."""

from rounds.analytics.numbers.definition import BY_LEAD, OF_LEADS, metric
from rounds.analytics.numbers.leads import ever_qualified
from rounds.analytics.numbers.rows import one_if, within


@metric(number="LEAD-29", title="Qualification rate", unit="percent", how="share", when="created in", noun="lead", population="Leads created in the period", by=OF_LEADS, filters=BY_LEAD)
def qualification_rate(t, w, book):
    """Leads created in the period that were ever qualified, of all created in it. Leads of a young period may still get there. A band is the one the lead has now, a playbook
    the version in force when it came in: whether a band is worth what the seed asks of it is read here."""
    leads = t.leads
    leads = leads.filter(within(leads.captured_at, w))
    ever = ever_qualified(t)
    both = leads.left_join(ever, leads.id == ever.ever_id)
    return both.mutate(top=one_if(both.ever_id.notnull())).drop("ever_id")
