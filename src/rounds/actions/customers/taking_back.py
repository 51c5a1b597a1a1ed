"""A wrong figure of a customer taken back: it stays, with the reason, and counts no more."""

from __future__ import annotations

from datetime import datetime
from typing import TypeVar

from rounds.actions.flow import events
from rounds.actions.flow.deeds import deed
from rounds.actions.trust import audit
from rounds.kit.actor import Actor
from rounds.kit.refusal import Refusal
from rounds.models import OutcomeRecord, SuccessReading

Figure = TypeVar("Figure", SuccessReading, OutcomeRecord)


def take_back(row: Figure, *, what: str, why: str, refused: type[Refusal], by: Actor, at: datetime) -> Figure:
    """Once taken back it stays so. `what`: reading or outcome, as the events name it. Effects: withdrawn_at,
    customer.<what>_withdrawn, an audit entry. Raises `refused` without a reason."""
    if not why.strip():
        raise refused("Say what was wrong with it.", field="why")
    with deed(by):
        held = type(row)._default_manager.select_for_update(of=("self",)).select_related("customer").get(pk=row.pk)
        if held.withdrawn_at:
            return held
        held.withdrawn_at, held.withdrawn_why = at, why.strip()[:500]
        held.save(update_fields=["withdrawn_at", "withdrawn_why"])
        said = {"what": held.metric, "reason": held.withdrawn_why}
        events.record(f"customer.{what}_withdrawn", said, by=by, at=at, account=held.customer.account_id, subject=held.customer_id)
        audit.note(f"customer.{what}_withdraw", by=by, at=at, kind="customer", subject=held.customer_id, detail={"metric": held.metric})
    return held
