"""The cellar of the house: every table, one Django app, one line of migrations."""

from rounds.models.desk import Favourite, Recent, SavedView
from rounds.models.flow import (
    Batch,
    Delivery,
    Event,
    IdempotentRequest,
    PlaybookDraft,
    PlaybookVersion,
    UniverseRun,
)
from rounds.models.leads import Lead, LeadActivity, LeadForm, LeadStatusChange
from rounds.models.market import (
    Account,
    AccountFact,
    Answer,
    CommitteeSeat,
    Contact,
    Intelligence,
    ScoreRecord,
    TierRecord,
)
from rounds.models.people import LoginLink, Team, User
from rounds.models.trust import ApiToken, AuditEntry, AuditSeal

__all__ = [
    "Account",
    "AccountFact",
    "Answer",
    "ApiToken",
    "AuditEntry",
    "AuditSeal",
    "Batch",
    "CommitteeSeat",
    "Contact",
    "Delivery",
    "Event",
    "Favourite",
    "IdempotentRequest",
    "Intelligence",
    "Lead",
    "LeadActivity",
    "LeadForm",
    "LeadStatusChange",
    "LoginLink",
    "PlaybookDraft",
    "PlaybookVersion",
    "Recent",
    "SavedView",
    "ScoreRecord",
    "Team",
    "TierRecord",
    "UniverseRun",
    "User",
]
