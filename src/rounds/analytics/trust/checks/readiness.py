"""Readiness: backups, telling of a breach, and noticing that somebody is where they should not be."""

from __future__ import annotations

from datetime import datetime

from rounds.analytics.trust.checks.finding import Finding, Look, failed, passed, unknown


def backups(look: Look) -> Finding:
    """The last backup that was checked is fresh."""
    limit = look.playbook.checks.limits.backup_older_than
    if not look.backup or not look.backup.get("at"):
        return unknown("Nobody has told of a backup here; `rounds backup` makes one.")
    at = datetime.fromisoformat(look.backup["at"])
    hours = int((look.at - at).total_seconds() // 3600)
    if look.at - at > limit.span:
        return failed(f"The last backup is {hours} hours old; one is to be made within {limit.hours}.", **look.backup)
    return passed(f"The last backup is {hours} hours old.", **look.backup)


def breach(look: Look) -> Finding:
    """Whom to tell of a breach, by when, with which letters: the place is kept."""
    return unknown("Contacts, deadlines and letters for a breach come with incidents, in a later version.")


def alerts(look: Look) -> Finding:
    """Alerts of unusual access: the place is kept."""
    return unknown("Detectors of unusual access come in a later version; the audit trail holds what they will read.")


CHECKS = {"backups": backups, "breach_readiness": breach, "unauthorised_access": alerts}
