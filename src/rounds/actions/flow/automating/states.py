"""Time in a state: records that entered it so long ago and are in it still, each entry once (AUTO-01).

Found by when the entry was, over indexed columns, between the last look and this one: what stood in the state before
the automation was there starts nothing, and what passed while nobody looked is caught up.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import UUID

from rounds.actions.flow.automating import planning
from rounds.actions.flow.automating.planning import Cause
from rounds.actions.flow.automating.schedules import name_of
from rounds.kit.actor import SYSTEM_ACTOR
from rounds.models import Batch, Event, ScheduleTick
from rounds.models.flow.active import active
from rounds.models.flow.states import found
from rounds.models.flow.switches import switched_on

SEEN = "seen"
"""The period under which a state's last look is kept."""
OVERLAP = timedelta(minutes=5)
"""A look begins a little before the last one ended: a transaction may have been slow to commit."""


def look(*, at: datetime) -> list[UUID]:
    """Plan what time in a state starts at `at`; the runs. Effects: those of `planning.plan`, the time of the look."""
    now = active()
    most = now.playbook.automation.each_at_most.value
    runs: list[UUID] = []
    for code, automation in switched_on(now).items():
        if automation.when.time_in is None:
            continue
        mark, new = ScheduleTick.objects.get_or_create(job=code, period=SEEN, defaults={"at": at, "started": False})
        mark = ScheduleTick.objects.select_for_update().get(pk=mark.pk)
        if new:
            continue
        span = automation.when.for_.span
        entries = found(automation.when, mark.at - span - OVERLAP, at - span)[:most]
        for lead, account, entered in entries:
            if not held_back(lead):
                cause = Cause(name_of(code, lead or account, entered.isoformat()), f"state {automation.when.time_in}", at, SYSTEM_ACTOR,
                              lead=lead, account=account, payload={"entered": entered.isoformat()})  # fmt: skip
                runs += planning.plan(cause, at=at, only=[code])
        # Where there were more than one look may take, the next one goes on behind the last of them.
        mark.at = entries[-1][2] + span if len(entries) == most else at
        mark.save(update_fields=["at"])
    return runs


def held_back(lead: UUID | None) -> bool:
    """Whether a lead came with a quiet batch that nobody released: a load of data starts nothing (PLUS-04)."""
    if lead is None:
        return False
    taken = Event.objects.filter(lead_id=lead, kind="lead.captured").values_list("quiet", "batch_id").first()
    if taken is None or not taken[0]:
        return False
    return not Batch.objects.filter(pk=taken[1], released_at__isnull=False).exists()
