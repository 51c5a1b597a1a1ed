"""The audit trail: writes are noted in the transaction that makes them, reads in a chain of their own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from rounds.kit.actor import Actor
from rounds.models import AuditEntry
from rounds.models.base import signature


@dataclass(frozen=True, slots=True)
class Verified:
    """What a check of one chain found: `broken_at` is the first link that does not hold, None when all do."""

    chain: str
    links: int
    broken_at: int | None
    unsealed: int

    @property
    def holds(self) -> bool:
        return self.broken_at is None


def note(
    verb: str,
    *,
    by: Actor,
    at: datetime,
    kind: str = "",
    subject: UUID | None = None,
    detail: dict[str, Any] | None = None,
    scope: str = "",
    chain: str = "write",
) -> AuditEntry:
    """Write one entry: `verb` is what was done ("lead.capture", "accounts.export"), `detail` holds no secret."""
    return AuditEntry.objects.create(
        verb=verb,
        chain=chain,
        subject_kind=kind,
        subject_id=subject,
        detail=detail or {},
        scope_hash=scope,
        **signature(by, at),
    )


def note_read(verb: str, *, by: Actor, at: datetime, **where: Any) -> AuditEntry:
    """Note that something was read or exported. Sealed by the worker within five seconds."""
    return note(verb, by=by, at=at, chain="read", **where)


def seal_reads(*, since: datetime | None = None) -> int:
    """Seal the reads noted from `since` on (all where it is None) that have no seal yet; the number sealed."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT rounds_seal_reads(coalesce(%s, '-infinity'::timestamptz))", [since])
        return cursor.fetchone()[0]


def verify(chain: str = "write") -> Verified:
    """Count the chain again, link by link, over the entries as they stand."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT links, broken_at, unsealed FROM rounds_verify_chain(%s)", [chain])
        links, broken_at, unsealed = cursor.fetchone()
    return Verified(chain, links, broken_at, unsealed)
