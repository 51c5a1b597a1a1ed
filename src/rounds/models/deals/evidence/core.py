"""Evidence of the first process stage: the qualification sheet of the lead or of the deal, and who else is there."""

from __future__ import annotations

from rounds.models.deals.competitors import OpportunityCompetitor
from rounds.models.deals.evidence import Evidence, evidence
from rounds.models.deals.opportunities import Opportunity
from rounds.models.deals.sheets import holds_of, items_said
from rounds.models.leads.leads import Lead

SAYS = {"met": "BANT is met", "at_risk": "BANT is at risk", "not_met": "BANT is not met", "unknown": "the sheet is not answered yet"}


@evidence("qualification.bant")
def bant(deal: Opportunity) -> Evidence:
    """BANT, as the sheet of the lead (or of a deal without one) stands."""
    url = f"/leads/{deal.lead_id}/qualification/" if deal.lead_id else f"/opportunities/{deal.id}/qualification/"
    state = _of_lead(deal) if deal.lead_id else holds_of(deal).bant
    if state == "met":
        return Evidence("met", SAYS[state], url)
    return Evidence("unknown" if state == "unknown" else "missing", SAYS.get(state, "BANT is not met"), url)


def _of_lead(deal: Opportunity) -> str:
    """BANT of the lead as it stands; for whoever does not see that, as it stood when the deal came of it."""
    said = Lead.objects.filter(pk=deal.lead_id).values_list("bant", flat=True).first()
    return said or deal.score_snapshot.get("bant", "unknown")


def _item(deal: Opportunity, item: str, yes: str) -> Evidence | None:
    """Whether an item that stage 1 asks for was answered yes."""
    url = f"/leads/{deal.lead_id}/qualification/" if deal.lead_id else f"/opportunities/{deal.id}/qualification/"
    said = items_said(deal).get(item)
    if said is not None and said.answer == "yes":
        return Evidence("met", said.note or yes, url)
    return None


@evidence("qualification.technology")
def technology(deal: Opportunity) -> Evidence:
    """The requirements, as the sheet says them."""
    url = f"/leads/{deal.lead_id}/qualification/" if deal.lead_id else f"/opportunities/{deal.id}/qualification/"
    return _item(deal, "technology_requirements", "confirmed on the sheet") or Evidence("missing", "not confirmed on the sheet", url)


@evidence("competitors.assessed")
def competitors(deal: Opportunity) -> Evidence:
    """A competitor is named, or the sheet says that the field was looked at."""
    count = OpportunityCompetitor.objects.filter(opportunity=deal).count()
    if count:
        return Evidence("met", f"{count} {'competitor' if count == 1 else 'competitors'} named", f"/opportunities/{deal.id}/")
    said = _item(deal, "competitive_landscape", "looked at on the sheet")
    return said or Evidence("missing", "nobody named yet", f"/opportunities/{deal.id}/", next="Name the competitors")


