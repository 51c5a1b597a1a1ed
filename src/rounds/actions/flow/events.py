"""Events: the record of what happened. One row drives the timeline, automation and the outbox (law 2)."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from rounds.kit.actor import Actor
from rounds.models import Event
from rounds.models.base import signature
from rounds.models.flow.kinds import shaped


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
    return Event.objects.create(
        kind=kind,
        payload=shaped(kind, payload),
        account_id=account,
        lead_id=lead,
        subject_id=subject,
        batch_id=batch,
        quiet=quiet,
        **signature(by, at),
    )
