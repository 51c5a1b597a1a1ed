"""Doing the steps of a run: each in a transaction of its own, the deed and its outcome written together.

Whatever dies when, there is one deed for each (cause, automation, position): the run's row is locked, a step that has
ended is not done again, and a deed without its outcome was rolled back with it.
"""

from __future__ import annotations

import contextlib
import time
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from procrastinate.contrib.django import app
from procrastinate.exceptions import AlreadyEnqueued

from rounds.actions.flow.automating import failing
from rounds.actions.flow.deeds import deed
from rounds.actions.flow.verbs import VERBS
from rounds.actions.flow.verbs.verb import Context, Outcome
from rounds.kit.actor import Actor
from rounds.kit.refusal import Refusal
from rounds.models import AutomationRun, AutomationStep
from rounds.models.flow.active import PlaybookUnreadable, by_hash
from rounds.models.flow.asked import Values, payload_of, record_of
from rounds.playbook import Playbook
from rounds.playbook.shapes.automation import Automation, Step
from rounds.rules.automation import outcomes
from rounds.rules.automation.conditions import judge

TASK = "flow.carry_on"
"""The worker's task, deferred by its name: actions never import jobs."""
SILENT = timedelta(seconds=45)
"""Time after which a run with something due counts as stranded: longer than a worker is silent before its job goes back."""
MOST = 500
"""Stranded runs taken up at a time."""


def step(run_id: UUID, *, at: datetime) -> bool:
    """Do the next step of a run that is due; whether there is another to look at now.

    Effects: those of the verb; the step's state, outcome, attempts and time; the run's state; a job for a step that
    waits for its hour; where the run failed, those who manage automations are told. A step that fails is tried again as the playbook says; `stop` ends the run after its tries.
    """
    run = AutomationRun.objects.select_for_update(no_key=True).filter(pk=run_id).first()
    if run is None or run.state != "running":
        return False
    try:
        book = by_hash(run.playbook_hash)
    except PlaybookUnreadable as unreadable:
        run.state, run.reason, run.ended_at = outcomes.FAILED, str(unreadable), at
        run.save(update_fields=["state", "reason", "ended_at"])
        failing.tell(run, at=at)
        return False
    automation = book.automations[run.automation]
    steps = list(AutomationStep.objects.filter(run=run).order_by("position"))
    row = _next(steps, automation, run, at)
    if row is None:
        return False
    went = _do(row, automation, book, run, at) if row.state != "delayed" else False
    _keep(run, row, steps, automation, at)
    return went and run.state == "running"


def _next(steps: list[AutomationStep], automation: Automation, run: AutomationRun, at: datetime) -> AutomationStep | None:
    """The first open step that may be done now; one whose delay begins now is answered as delayed."""
    for row in steps:
        said = automation.then[row.position]
        if row.state == "planned" and said.delay is not None and row.due_at is None:
            row.due_at = run.started_at + said.delay.span
            if row.due_at > at:
                row.state = "delayed"
                defer(run.id, row.due_at)
                return row
        if row.state == "delayed":
            if row.due_at > at:
                return None  # what follows waits with it
            row.state = "planned"
        if row.state == "retrying" and row.due_at > at:
            if said.on_error == "stop":
                return None
            continue
        if row.state in outcomes.OPEN:
            return row
    return None


def _do(row: AutomationStep, automation: Automation, book: Playbook, run: AutomationRun, at: datetime) -> bool:
    """Do one step and put what it came to on its row; True."""
    said = automation.then[row.position]
    began = time.perf_counter()
    lead, account = record_of(run.lead_id, run.account_id)
    gone = (run.lead_id and lead is None) or (run.account_id and not run.lead_id and account is None)
    judged = judge(said.if_, Values(book, lead=lead, account=account, payload=lambda: payload_of(run), at=at))
    row.attempts += 1
    row.error, row.due_at = "", None
    if gone:
        row.state, row.outcome = outcomes.SKIPPED, "the record is gone"
    elif not judged.holds:
        row.state, row.outcome = outcomes.SKIPPED, judged.why_not
    else:
        _attempt(row, said, Context(automation, book, run, row, lead, account), at)
    row.ms = round((time.perf_counter() - began) * 1000, 1)
    if row.state in outcomes.OPEN:
        defer(run.id, row.due_at)
    else:
        row.ended_at = at
    return True


def _attempt(row: AutomationStep, said: Step, context: Context, at: datetime) -> None:
    """Try the deed in a savepoint: what it wrote goes when it is refused or fails, its outcome stays."""
    try:
        with transaction.atomic():
            found = perform(said, context, at)
    except Refusal as refusal:
        row.state, row.outcome = outcomes.REFUSED, str(refusal)
    except Exception as error:
        row.error = f"{type(error).__name__}: {error}"[:2000]
        times, wait = _tries(said, context.playbook)
        row.due_at = outcomes.again_at(at, row.attempts, times, wait)
        row.state = "retrying" if row.due_at else outcomes.FAILED
        row.outcome = f"failed {row.attempts} of {times + 1} times"
    else:
        row.state, row.outcome, row.result = found.state, found.sentence, found.result


def perform(said: Step, context: Context, at: datetime) -> Outcome:
    """The verb itself, as the automation's own deed. Raises what the verb raises."""
    shape, does = VERBS[said.do]
    by = Actor("automation", context.run.id, context.automation.title)
    with deed(by):
        return does(context, shape(**said.said), by=by, at=at)


def _tries(said: Step, book: Playbook) -> tuple[int, timedelta]:
    chosen = said.retry or book.automation.retry
    return chosen.times, chosen.wait.span


def _keep(run: AutomationRun, row: AutomationStep, steps: list[AutomationStep], automation: Automation, at: datetime) -> None:
    row.save(update_fields=["state", "outcome", "error", "result", "attempts", "due_at", "ended_at", "ms"])
    if row.state in (outcomes.FAILED, outcomes.REFUSED) and automation.then[row.position].on_error == "stop":
        for later in steps:
            if later.position > row.position and later.state in outcomes.OPEN:
                later.state, later.outcome, later.ended_at = outcomes.SKIPPED, f"step {row.position + 1} stopped it", at
                later.save(update_fields=["state", "outcome", "ended_at"])
    run.state, run.touched_at = outcomes.state_of([one.state for one in steps]), at
    run.ended_at = at if run.state != "running" else None
    run.save(update_fields=["state", "touched_at", "ended_at"])
    if run.state == outcomes.FAILED:
        failing.tell(run, at=at)


def take_up(*, at: datetime) -> int:
    """Ask the worker anew for runs that have something due and were not touched for a while; how many.

    A run whose job works or waits is asked for once more, which finds nothing to do: a second job never hurts.
    """
    silent = AutomationRun.objects.filter(state="running", touched_at__lt=at - SILENT).order_by("touched_at")
    due = Q(state="planned") | Q(state__in=("delayed", "retrying"), due_at__lt=at - SILENT)
    stranded = list(silent.filter(Exists(AutomationStep.objects.filter(due, run=OuterRef("pk")))).values_list("id", flat=True)[:MOST])
    for run in stranded:
        with contextlib.suppress(AlreadyEnqueued), transaction.atomic():
            app.configure_task(TASK, queueing_lock=f"{TASK}:{run}").defer(run=str(run))
    return len(stranded)


def defer(run_id: UUID, due_at: datetime | None = None) -> None:
    """Ask the worker to carry a run on, at `due_at` or at once, in the running transaction."""
    app.configure_task(TASK, schedule_at=due_at).defer(run=str(run_id))
