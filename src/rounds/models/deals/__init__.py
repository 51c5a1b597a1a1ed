"""Deals: what may become a sale."""

from rounds.models.deals.competitors import Competitor, CompetitorSource, OpportunityCompetitor
from rounds.models.deals.opportunities import Opportunity, OpportunitySite
from rounds.models.deals.stages import CriterionCheck, OpportunitySheetAnswer, StageEntry, StageSignal

__all__ = [
    "Competitor",
    "CompetitorSource",
    "CriterionCheck",
    "Opportunity",
    "OpportunityCompetitor",
    "OpportunitySheetAnswer",
    "OpportunitySite",
    "StageEntry",
    "StageSignal",
]
