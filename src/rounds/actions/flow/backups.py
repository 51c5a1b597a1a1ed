"""What is known inside of backups, which are made outside: when the last good one was taken, verified, restored."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from rounds.actions.trust import audit
from rounds.kit.actor import Actor
from rounds.models import AuditEntry


@dataclass(frozen=True, slots=True)
class LastBackup:
    """The newest backup that was completed; `verified_at`: when it, or a later look at it, was found good."""

    name: str
    at: datetime
    verified_at: datetime | None


def note(what: str, said: dict[str, Any], *, by: Actor, at: datetime) -> None:
    """Note that a backup was taken, verified, restored or switched off. Effects: an audit entry; no secret is in it."""
    audit.note(f"backup.{what}", by=by, at=at, kind="backup", detail=said)


def last_good() -> LastBackup | None:
    """The newest completed backup; None where there is none or it was found bad since. Needs a sight of everything."""
    taken = AuditEntry.objects.filter(verb="backup.taken").order_by("-at").first()
    if taken is None:
        return None
    name = taken.detail.get("name", "")
    looks = AuditEntry.objects.filter(verb="backup.verified", at__gte=taken.at, detail__name=name).order_by("-at")
    newest = looks.first()
    if newest is not None and not newest.detail.get("good"):
        return None
    return LastBackup(name, taken.at, newest.at if newest else None)


def last() -> dict[str, Any] | None:
    """`last_good` as plain data, for the compliance checks: name, at, verified_at (ISO moments, None = never)."""
    found = last_good()
    if found is None:
        return None
    return {"name": found.name, "at": found.at.isoformat(), "verified_at": found.verified_at and found.verified_at.isoformat()}
