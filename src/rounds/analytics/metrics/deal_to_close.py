"""KPI-25, LEAD-29: which of the leads that became a deal were won."""

from rounds.analytics.numbers.definition import BY_LEAD, OF_LEADS, metric
from rounds.analytics.numbers.leads import ever_qualified
from rounds.analytics.numbers.rows import closed_deals, one_if


@metric(number="LEAD-29", title="Deal to close", unit="percent", how="share", when="closed in", noun="opportunity", population="Deals closed in the period that came from a qualified lead", by=OF_LEADS, filters=BY_LEAD)
def deal_to_close(t, w, book):
    """Won deals of all deals that were closed in the period and came from a lead that was qualified. The band is that of the lead as it stands, the playbook the version in force
    when it came in: a band that is right is won more often."""
    deals, leads, ever = closed_deals(t, w), t.whole("leads"), ever_qualified(t)
    leads = leads.semi_join(ever, leads.id == ever.ever_id).select(of_id=leads.id, band=leads.band, playbook=leads.playbook)
    both = deals.inner_join(leads, deals.lead_id == leads.of_id)
    return both.mutate(top=one_if(both.outcome == "won")).drop("of_id")
