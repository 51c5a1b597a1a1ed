"""Trust: the audit trail, the keys, agreements, retention, and what proves them."""

from rounds.models.trust.action_links import ActionLink
from rounds.models.trust.agreements import Baa, BaaReading, Counterparty, EndNotice, PhiReturn
from rounds.models.trust.audit import AuditEntry, AuditSeal
from rounds.models.trust.keeping import AuditGap, LegalHold, Purge, Quarantine, SubjectRequest, Suppression
from rounds.models.trust.proof import AuditAnchor, CheckRun, Disclosure, KeyRotation
from rounds.models.trust.tokens import ApiToken

__all__ = [
    "ActionLink",
    "ApiToken",
    "AuditAnchor",
    "AuditEntry",
    "AuditGap",
    "AuditSeal",
    "Baa",
    "BaaReading",
    "CheckRun",
    "Counterparty",
    "Disclosure",
    "EndNotice",
    "KeyRotation",
    "LegalHold",
    "PhiReturn",
    "Purge",
    "Quarantine",
    "SubjectRequest",
    "Suppression",
]
