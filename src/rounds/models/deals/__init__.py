"""Deals: what may become a sale."""

from rounds.models.deals.committee import ApprovalStep, BuyingProcess, DealContact, DealInfluence
from rounds.models.deals.competitors import Competitor, CompetitorSource, OpportunityCompetitor
from rounds.models.deals.contracts import (
    Contract,
    ContractApproval,
    ContractIssue,
    ContractMark,
    ContractSignature,
    ContractStep,
    ContractVersion,
    PrivilegedNote,
)
from rounds.models.deals.demos import Demo, DemoAttendee, DemoChange, DemoFeedback, DemoQuestion, DemoTick
from rounds.models.deals.discovery import DiscoveryCall, DiscoveryRecord
from rounds.models.deals.opportunities import Opportunity, OpportunitySite
from rounds.models.deals.poc_data import PhiDetermination, PocDataClock
from rounds.models.deals.poc_measures import PocCriterion, PocReading
from rounds.models.deals.poc_work import PocIssue, PocMilestone, PocReview, PocRoi
from rounds.models.deals.pocs import Poc, PocExtension, PocSigning, PocStep
from rounds.models.deals.proposals import Proposal, ProposalLink, ProposalMark
from rounds.models.deals.quotes import Concession, Quote, QuoteApproval, QuoteLine, QuoteState
from rounds.models.deals.room import AccountChallenge, DealNote, OpportunityChallenge, SigningStep
from rounds.models.deals.signature_hooks import SignatureHook, SignatureMessage
from rounds.models.deals.stages import CriterionCheck, OpportunitySheetAnswer, StageEntry, StageSignal

__all__ = [
    "AccountChallenge",
    "ApprovalStep",
    "BuyingProcess",
    "Competitor",
    "CompetitorSource",
    "Concession",
    "Contract",
    "ContractApproval",
    "ContractIssue",
    "ContractMark",
    "ContractSignature",
    "ContractStep",
    "ContractVersion",
    "CriterionCheck",
    "DealContact",
    "DealInfluence",
    "DealNote",
    "Demo",
    "DemoAttendee",
    "DemoChange",
    "DemoFeedback",
    "DemoQuestion",
    "DemoTick",
    "DiscoveryCall",
    "DiscoveryRecord",
    "Opportunity",
    "OpportunityChallenge",
    "OpportunityCompetitor",
    "OpportunitySheetAnswer",
    "OpportunitySite",
    "PhiDetermination",
    "Poc",
    "PocCriterion",
    "PocDataClock",
    "PocExtension",
    "PocIssue",
    "PocMilestone",
    "PocReading",
    "PocReview",
    "PocRoi",
    "PocSigning",
    "PocStep",
    "PrivilegedNote",
    "Proposal",
    "ProposalLink",
    "ProposalMark",
    "Quote",
    "QuoteApproval",
    "QuoteLine",
    "QuoteState",
    "SignatureHook",
    "SignatureMessage",
    "SigningStep",
    "StageEntry",
    "StageSignal",
]
