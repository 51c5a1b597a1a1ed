"""The audit trail: writes are noted in the transaction that makes them, reads in a chain of their own."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.db import connection

from rounds.actions.trust.verifying import Verified, verify
from rounds.kit.actor import Actor
from rounds.models import AuditEntry, Disclosure
from rounds.models.base import signature

__all__ = ["Verified", "note", "note_file", "note_read", "seal_reads", "verify"]

COMING_AND_GOING = ("login.", "logout", "session.")
"""Verbs kept in the chain of reads, whose seals nobody waits for: a lock of the write chain never stops a log-in."""


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
    if verb.startswith(COMING_AND_GOING):
        chain = "read"
    return AuditEntry.objects.create(
        verb=verb,
        chain=chain,
        subject_kind=kind,
        subject_id=subject,
        detail=_storable(detail or {}),
        scope_hash=scope,
        **signature(by, at),
    )


def _storable(said: Any) -> Any:
    """`said` without the NUL characters no column holds: what somebody searched for may hold anything."""
    match said:
        case str():
            return said.replace("\0", "\ufffd")
        case dict():
            return {key: _storable(value) for key, value in said.items()}
        case list() | tuple():
            return [_storable(value) for value in said]
        case _:
            return said


def note_read(verb: str, *, by: Actor, at: datetime, **where: Any) -> AuditEntry:
    """Note that something was read or exported. Sealed by the worker within five seconds."""
    return note(verb, by=by, at=at, chain="read", **where)


def note_file(
    verb: str,
    *,
    by: Actor,
    at: datetime,
    ids: Iterable[UUID],
    accounts: Iterable[UUID | None],
    form: str,
    kind: str = "",
    subject: UUID | None = None,
    reason: str = "",
    scope: str = "",
    detail: dict[str, Any] | None = None,
) -> AuditEntry:
    """Note that a file left: the read entry with how many rows, a digest of their ids and the reason; and which
    accounts it disclosed (the rows themselves, or those their people and leads belong to).

    Effects: an AuditEntry, a Disclosure. Call it before the first byte is sent.
    """
    rows = [str(key) for key in ids]
    said = {"form": form, "rows": len(rows), "ids": sha256("\n".join(rows).encode()).hexdigest(), **(detail or {})}
    if reason:
        said["reason"] = reason
    entry = note_read(verb, by=by, at=at, kind=kind, subject=subject, scope=scope, detail=said)
    told = sorted({key for key in accounts if key is not None})
    if told:
        Disclosure.objects.create(entry_id=entry.id, at=at, accounts=told)
    return entry


def seal_reads(*, since: datetime | None = None) -> int:
    """Seal the reads noted from `since` on (all where it is None) that have no seal yet; the number sealed."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT rounds_seal_reads(coalesce(%s, '-infinity'::timestamptz))", [since])
        return cursor.fetchone()[0]
