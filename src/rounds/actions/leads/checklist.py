"""The characteristics of a band, ticked by people: a word beside the score, never a part of it (LEAD-19)."""

from __future__ import annotations

from datetime import datetime

from rounds.actions.flow import events
from rounds.actions.flow.deeds import deed
from rounds.actions.trust import audit
from rounds.kit.actor import Actor
from rounds.kit.refusal import Refusal
from rounds.models import Answer, Lead
from rounds.models.base import signature
from rounds.models.flow.active import active

MODEL = "checklist"


class ItemUnknown(Refusal):
    """The playbook has no such characteristic."""

    status = 422
    field = "item"


def tick(lead: Lead, item: str, *, by: Actor, at: datetime) -> Answer:
    """Say that a characteristic holds. Ticked already: the answer that is there. Effects: Answer, lead.answered, audit."""
    bands = active().playbook.scoring["lead_fit"].bands
    if bands is None or not any(item in step.checklist for step in bands.steps):
        raise ItemUnknown
    with deed(by):
        Lead.objects.select_for_update(no_key=True).get(pk=lead.pk)  # two clicks are one tick
        there = Answer.objects.filter(lead=lead, model=MODEL, criterion=item, withdrawn_at=None).first()
        if there:
            return there
        row = Answer.objects.create(lead=lead, model=MODEL, criterion=item, level="yes", **signature(by, at))
        said = {"criterion": item, "level": "yes"}
        events.record("lead.answered", said, by=by, at=at, lead=lead.id, account=lead.account_id, subject=row.id)
        audit.note("lead.tick", by=by, at=at, kind="lead", subject=lead.id, detail=said)
    return row


def untick(lead: Lead, item: str, *, by: Actor, at: datetime) -> None:
    """Say that a characteristic does not hold after all. Effects: withdrawn_at, lead.answered, audit."""
    with deed(by):
        if not Answer.objects.filter(lead=lead, model=MODEL, criterion=item, withdrawn_at=None).update(withdrawn_at=at):
            return
        said = {"criterion": item, "level": "no", "before": "yes"}
        events.record("lead.answered", said, by=by, at=at, lead=lead.id, account=lead.account_id)
        audit.note("lead.untick", by=by, at=at, kind="lead", subject=lead.id, detail=said)
