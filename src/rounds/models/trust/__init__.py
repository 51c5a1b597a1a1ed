"""Trust: the audit trail and the keys."""

from rounds.models.trust.audit import AuditEntry, AuditSeal
from rounds.models.trust.tokens import ApiToken

__all__ = ["ApiToken", "AuditEntry", "AuditSeal"]
