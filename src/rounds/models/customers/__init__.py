"""Customers: who bought, the project that makes them live, how they are, and what grows of it."""

from rounds.models.customers.customers import Customer, Term
from rounds.models.customers.expansions import Expansion
from rounds.models.customers.health import CustomerIssue, HealthCheck
from rounds.models.customers.implementations import Implementation, ProjectDeal, ProjectPhase, ProjectStep, Replan
from rounds.models.customers.outcomes import OutcomeRecord
from rounds.models.customers.readings import SuccessReading
from rounds.models.customers.references import Reference, ReferenceUse
from rounds.models.customers.sign_offs import SignOff
from rounds.models.customers.surveys import Survey, SurveyAnswer, SurveyInvitation

__all__ = [
    "Customer",
    "CustomerIssue",
    "Expansion",
    "HealthCheck",
    "Implementation",
    "OutcomeRecord",
    "ProjectDeal",
    "ProjectPhase",
    "ProjectStep",
    "Reference",
    "ReferenceUse",
    "Replan",
    "SignOff",
    "SuccessReading",
    "Survey",
    "SurveyAnswer",
    "SurveyInvitation",
    "Term",
]
