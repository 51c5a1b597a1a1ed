"""Batches: many rows written as one piece of work; their events stay quiet until the batch is released."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from rounds.actions.flow.deeds import deed
from rounds.actions.trust import audit
from rounds.kit.actor import Actor
from rounds.models import Batch
from rounds.models.base import signature


def begin(kind: str, *, label: str, by: Actor, at: datetime) -> Batch:
    """Open a batch of `kind` ("lead.import"). Effects: Batch, an audit entry."""
    with deed(by):
        batch = Batch.objects.create(kind=kind, label=label[:200], **signature(by, at))
        audit.note(f"{kind}.begin", by=by, at=at, kind="batch", subject=batch.id, detail={"label": batch.label})
    return batch


def finish(batch: Batch, *, rows: int, detail: dict[str, Any], at: datetime) -> Batch:
    """Say that a batch is written. Effects: rows, detail and finished_at."""
    batch.rows, batch.detail, batch.finished_at = rows, detail, at
    batch.save(update_fields=["rows", "detail", "finished_at"])
    return batch
