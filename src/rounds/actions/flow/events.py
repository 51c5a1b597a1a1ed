"""Events: the record of what happened. One row drives the timeline, automation and the outbox (law 2)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime
from typing import Any
from uuid import UUID

from rounds.kit.actor import Actor
from rounds.models import Event
from rounds.models.base import signature
from rounds.models.flow.kinds import shaped

_batch: ContextVar[UUID | None] = ContextVar("batch", default=None)


@contextmanager
def in_batch(batch: UUID) -> Iterator[None]:
    """Events of the block belong to `batch`, whichever action records them, so that all can be undone together."""
    token = _batch.set(batch)
    try:
        yield
    finally:
        _batch.reset(token)


def record(
    kind: str,
    payload: dict[str, Any],
    *,
    by: Actor,
    at: datetime,
    account: UUID | None = None,
    lead: UUID | None = None,
    subject: UUID | None = None,
    batch: UUID | None = None,
    quiet: bool = False,
) -> Event:
    """Append one event of `kind` (a key of `models.flow.kinds.KINDS`) and answer it."""
    event = made(kind, payload, by=by, at=at, account=account, lead=lead, subject=subject, batch=batch, quiet=quiet)
    event.save(force_insert=True)
    return event


def record_all(rows: list[Event]) -> None:
    """Append events that were `made`, in one statement."""
    Event.objects.bulk_create(rows)


def made(
    kind: str,
    payload: dict[str, Any],
    *,
    by: Actor,
    at: datetime,
    account: UUID | None = None,
    lead: UUID | None = None,
    subject: UUID | None = None,
    batch: UUID | None = None,
    quiet: bool = False,
) -> Event:
    """An event with its payload checked against the shape of its kind, not yet written."""
    return Event(
        kind=kind,
        payload=shaped(kind, payload),
        account_id=account,
        lead_id=lead,
        subject_id=subject,
        batch_id=batch or _batch.get(),
        quiet=quiet,
        **signature(by, at),
    )
