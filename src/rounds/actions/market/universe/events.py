"""Events of a load: written together, quiet, tied to their batch, so that no automation starts (PLUS-04)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from rounds.actions.flow import staged
from rounds.kit.actor import Actor
from rounds.models import Event
from rounds.models.base import signature
from rounds.models.flow.kinds import shaped


def quietly(told: Sequence[tuple[str, dict[str, Any], UUID]], *, batch: UUID, by: Actor, at: datetime) -> int:
    """Record (kind, payload, account) triples as quiet events of `batch`; how many."""
    who = signature(by, at)
    return staged.insert(
        [
            Event(kind=kind, payload=shaped(kind, payload), account_id=account, batch_id=batch, quiet=True, **who)
            for kind, payload, account in told
        ]
    )
