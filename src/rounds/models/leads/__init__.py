"""Leads: people who may buy, what they did, and the forms they come through."""

from rounds.models.leads.activities import LeadActivity
from rounds.models.leads.assignments import Assignment, PortalInvitation
from rounds.models.leads.forms import LeadForm
from rounds.models.leads.hygiene import HygieneCount
from rounds.models.leads.leads import Lead, LeadStatusChange
from rounds.models.leads.qualification import QualificationAnswer, QualificationPass

__all__ = ["Assignment", "HygieneCount", "Lead", "LeadActivity", "LeadForm", "LeadStatusChange", "PortalInvitation", "QualificationAnswer",
           "QualificationPass"]  # fmt: skip
