"""Leads of a quiet batch that was released: what is promised to them runs from the release, not from when they were loaded."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from rounds.actions.flow import events
from rounds.actions.flow.deeds import deed
from rounds.actions.leads import clocks
from rounds.kit.actor import Actor
from rounds.models import Batch, Event, Lead, Task
from rounds.models.leads.leads import CLOSED

CHUNK = 200


def start_clocks(batch: Batch, after: UUID | None, *, by: Actor, at: datetime) -> tuple[int, UUID | None]:
    """Start the clocks of the next leads a released batch took in: (how many leads, the last one; None when there is no more).

    Closed leads are promised nothing, and one whose clocks run already keeps them. Effects: those of `clocks.start` since
    the release, each with a quiet event of the batch: one deed tells of it, the batch's own. Done twice it opens nothing twice.
    """
    if batch.released_at is None:
        return 0, None
    taken = Event.objects.filter(batch_id=batch.id, quiet=True, kind="lead.captured", at__gte=batch.at, lead_id__isnull=False)
    taken = taken.filter(lead_id__gt=after) if after else taken
    keys = list(taken.order_by("lead_id").values_list("lead_id", flat=True)[:CHUNK])
    promised = Task.objects.filter(lead_id__in=keys).exclude(clock="").values("lead_id")
    with deed(by), events.quietly(batch.id):
        rows = Lead.objects.select_related("owner").exclude(status__in=CLOSED).exclude(pk__in=promised).filter(pk__in=keys)
        begun = [lead for lead in rows.order_by("id") if clocks.start(lead, since=batch.released_at, by=by, at=at)]
    return len(begun), keys[-1] if len(keys) == CHUNK else None
