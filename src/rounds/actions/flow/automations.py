"""Automations: switched on and off, done again, released for a quiet batch."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from uuid import UUID

from django.db.models import QuerySet
from procrastinate.contrib.django import app

from rounds.actions.flow import events
from rounds.actions.flow.automating import planning, stepping
from rounds.actions.flow.deeds import deed
from rounds.actions.trust import audit
from rounds.kit.actor import SYSTEM_ACTOR, Actor
from rounds.kit.refusal import Refusal
from rounds.models import AutomationRun, AutomationSwitch, Batch, Event
from rounds.models.base import signature
from rounds.models.flow.active import active
from rounds.models.flow.switches import switched_on
from rounds.rules.automation import outcomes
from rounds.rules.automation.starting import kinds_of, starts

RELEASE = "flow.release"
"""The worker's task, deferred by its name: actions never import jobs."""
CHUNK = 500


class NoSuchAutomation(Refusal):
    """The playbook in force has no such automation."""

    status = 404


class ReasonMissing(Refusal):
    """Say why it is switched: the reason stands beside the switch."""

    status = 422
    field = "reason"


class NothingToReplay(Refusal):
    """Every step of this run is done; nothing is left to do again."""


class ReleasedAlready(Refusal):
    """This batch was released already; its automations have started."""


def switch(code: str, on: bool, *, reason: str, by: Actor, at: datetime) -> AutomationSwitch:
    """Switch an automation on or off, whatever the playbook says of it. Runs that have begun go on.

    Effects: AutomationSwitch, the event automation.switched, an audit entry. Raises NoSuchAutomation, ReasonMissing.
    """
    if code not in active().playbook.automations:
        raise NoSuchAutomation
    if not reason.strip():
        raise ReasonMissing
    with deed(by):
        row = AutomationSwitch.objects.create(automation=code, on=on, reason=reason.strip()[:300], **signature(by, at))
        said = {"automation": code, "on": on, "reason": row.reason}
        events.record("automation.switched", said, by=by, at=at, subject=row.id)
        audit.note("automation.switch", by=by, at=at, kind="automation", subject=row.id, detail=said)
    return row


def replay(run: AutomationRun, *, by: Actor, at: datetime) -> int:
    """Have a run done again where it is not done: failed, refused and waiting steps, and those that were skipped behind
    one that stopped it. What is done stays done. Goes on under the run's own playbook; how many steps.

    Effects: the steps planned anew, a job, an audit entry. Raises NothingToReplay.
    """
    with deed(by):
        run = AutomationRun.objects.select_for_update().get(pk=run.pk)
        steps = [s for s in run.steps.order_by("position") if s.state in outcomes.REPLAYED or s.outcome.endswith("stopped it")]
        if not steps:
            raise NothingToReplay
        for row in steps:
            row.state, row.outcome, row.error, row.attempts = "planned", "", "", 0
            row.due_at, row.ended_at = at, None
            row.save(update_fields=["state", "outcome", "error", "attempts", "due_at", "ended_at"])
        run.state, run.ended_at, run.touched_at = "running", None, at
        run.save(update_fields=["state", "ended_at", "touched_at"])
        stepping.defer(run.id)
        audit.note("automation.replay", by=by, at=at, kind="automation_run", subject=run.id,
                   detail={"automation": run.automation, "steps": [row.position for row in steps]})  # fmt: skip
    return len(steps)


def wake(run: UUID, position: int, *, at: datetime) -> bool:
    """Have a step go on that waited for a job of its own, now that the job has ended; False where it waits no more. Its verb
    reads in the result that it was `tried`, and says what came of it. Effects: the step planned anew, a job."""
    with deed(SYSTEM_ACTOR):
        row = AutomationRun.objects.select_for_update().filter(pk=run).first()
        step = row.steps.filter(position=position, state=outcomes.WAITING).first() if row else None
        if row is None or step is None:
            return False
        step.state, step.ended_at, step.result = "planned", None, {**step.result, "tried": at.isoformat()}
        step.save(update_fields=["state", "ended_at", "result"])
        row.state, row.ended_at, row.touched_at = "running", None, at
        row.save(update_fields=["state", "ended_at", "touched_at"])
        stepping.defer(row.id)
    return True


def held_events(batch: Batch) -> QuerySet[Event]:
    """The quiet events of a batch that some automation listens to, in order."""
    kinds = {kind for one in switched_on(active()).values() for kind in kinds_of(one.when)}
    return Event.objects.filter(batch_id=batch.id, quiet=True, kind__in=kinds, at__gte=batch.at).order_by("at", "id")


def would_start(batch: Batch) -> dict[str, int]:
    """How many runs of which automation a release would begin, before their conditions are asked."""
    on = switched_on(active())
    found: Counter[str] = Counter()
    for kind, payload in held_events(batch).values_list("kind", "payload").iterator(chunk_size=CHUNK):
        found.update(code for code, one in on.items() if starts(one.when, kind, payload))
    return dict(found.most_common())


def release(batch: Batch, *, by: Actor, at: datetime) -> int:
    """Let the events of a quiet batch start automations now, as one piece of work; how many events.

    Effects: released_at, the event batch.released, a job, an audit entry. Raises ReleasedAlready.
    """
    with deed(by):
        batch = Batch.objects.select_for_update().get(pk=batch.pk)
        if batch.released_at:
            raise ReleasedAlready
        batch.released_at = at
        batch.save(update_fields=["released_at"])
        count = held_events(batch).count()
        events.record("batch.released", {"events": count}, by=by, at=at, subject=batch.id)
        audit.note("batch.release", by=by, at=at, kind="batch", subject=batch.id, detail={"events": count})
        app.configure_task(RELEASE, lock=f"batch:{batch.id}").defer(batch=str(batch.id))
    return count


def start_held(batch: Batch, after: UUID | None, *, at: datetime) -> tuple[list[UUID], UUID | None]:
    """Plan what the next chunk of a released batch starts: (the runs, the last event; None when there is no more).

    Effects: those of `planning.plan`; done twice it finds what is there.
    """
    rows = held_events(batch)
    last = Event.objects.filter(pk=after, at__gte=batch.at).first() if after else None
    if last is not None:
        rows = rows.filter(at__gte=last.at).exclude(at=last.at, id__lte=last.id)
    chunk = list(rows[:CHUNK])
    runs = [run for event in chunk for run in planning.plan(planning.Cause.of(event), at=at)]
    return runs, chunk[-1].id if len(chunk) == CHUNK else None
