"""The jobs behind automations: an event starts what it starts, and whatever dies goes on where it stood."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from rounds.access.sight import system_sight
from rounds.actions.flow import automations
from rounds.actions.flow.automating import failing, going, planning, schedules, states, stepping
from rounds.actions.leads import released
from rounds.kit.actor import SYSTEM_ACTOR
from rounds.kit.clock import now
from rounds.models import Batch, Event
from rounds.models.flow.active import read_once


def automate(event_id: str | UUID, at: str | datetime, *, tried: int = 0) -> int:
    """Start what the event starts and do what is due; how many runs were left open. Twice is as good as once.

    `tried`: how often this work was given back. At first planning and all that is due are one transaction; afterwards
    each step is one of its own.
    """
    when = datetime.fromisoformat(at) if isinstance(at, str) else at
    with read_once(), system_sight():
        event = Event.objects.filter(pk=event_id, at=when).first()
        begin_with = planning.plan if tried else going.go
        runs = begin_with(planning.Cause.of(event), at=now()) if event is not None else []
    for run in runs:
        carry_on(run, tried=tried)
    return len(runs)


def carry_on(run: str | UUID, *, tried: int = 0) -> None:
    """Do the steps of a run that are due: several a transaction, or, where this work was given back, one."""
    more, pace = True, stepping.BY_STEP if tried else stepping.AT_ONCE
    while more:
        with read_once(), system_sight():
            more = stepping.step(UUID(str(run)), at=now(), pace=pace)


def release(batch_id: str | UUID) -> int:
    """Start the clocks of a released batch's leads, then what its events start, chunk by chunk; how many runs. The clocks
    come first: they run from the release, and a deed that promises finds them there. Killed, it begins anew and finds
    what is there."""
    after, started = None, 0
    while True:
        with read_once(), system_sight():
            batch = Batch.objects.get(pk=batch_id)
            _, after = released.start_clocks(batch, after, by=SYSTEM_ACTOR, at=now())
        if after is None:
            break
    while True:
        with read_once(), system_sight():
            batch = Batch.objects.get(pk=batch_id)
            runs, after = automations.start_held(batch, after, at=now())
        for run in runs:
            carry_on(run)
        started += len(runs)
        if after is None:
            return started


def begin(code: str, period: str) -> int:
    """Begin one period of a schedule, chunk by chunk; how many runs. Killed, it begins anew and finds what is there."""
    after, started = None, 0
    while True:
        with read_once(), system_sight():
            runs, after = schedules.begin(code, period, after, at=now())
        for run in runs:
            carry_on(run)
        started += len(runs)
        if after is None:
            return started


def tell_unstarted() -> int:
    """Tell those who manage automations that an event's never began; how many were told."""
    with read_once(), system_sight():
        return failing.tell_unstarted(by=SYSTEM_ACTOR, at=now())


def look_at_the_clock() -> int:
    """The chore of schedules and of time in a state: what is due is handed to the queue; how much was."""
    with read_once(), system_sight():
        begun = schedules.tick(at=now())
    with read_once(), system_sight():
        runs = states.look(at=now())
        for run in runs:
            stepping.defer(run)
    return begun + len(runs)


def take_up_stranded() -> int:
    """The chore that takes up runs nobody works on any more: their job was given up, or lost with its worker."""
    with read_once(), system_sight():
        return stepping.take_up(at=now())
