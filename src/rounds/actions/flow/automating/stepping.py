"""Doing the steps of a run: the deed and its outcome written together, one step a transaction or several.

Whatever dies when, there is one deed for each (cause, automation, position): the run's row is locked, a step that has
ended is not done again, and a deed without its outcome was rolled back with it. Work that is begun for the first time
does several steps at once, which costs a third; work that was given back after a death or a deadlock goes step by step
(jobs/automations.py), so that the step which kills its worker stands alone and what was done before it stays.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import OperationalError, transaction
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
from rounds.models.flow.asked import Values, deal_of, payload_of, record_of
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


@dataclass(frozen=True, slots=True)
class Pace:
    """How much is done in one transaction: at least one step, then as many as begin within `seconds`. `passed_on`: errors
    that are no outcome of a step but end the whole transaction."""

    seconds: float
    passed_on: tuple[type[Exception], ...] = ()


BY_STEP = Pace(0)
AT_ONCE = Pace(0.5, (OperationalError,))
"""Others wait for the rows a run has changed until its transaction ends, so it ends soon. A deadlock with somebody is
nobody's failed deed: everything is taken back and done step by step."""
WRITTEN = ["state", "outcome", "error", "result", "attempts", "due_at", "ended_at", "ms"]
"""The columns of a step that doing it writes."""


def step(run_id: UUID, *, at: datetime, pace: Pace = BY_STEP) -> bool:
    """Do what is due of a run, as much as `pace` allows; whether there is more to look at now.

    Effects: those of the verbs; each step's state, outcome, attempts and time; the run's state; a job for a step that
    waits for its hour; where the run failed, those who manage automations are told. A step that fails is tried again as
    the playbook says; `stop` ends the run after its tries.
    """
    run = AutomationRun.objects.select_for_update(no_key=True).filter(pk=run_id).first()
    if run is None or run.state != "running":
        return False
    changed, more = advance(run, list(AutomationStep.objects.filter(run=run).order_by("position")), pace, at=at)
    for row in changed:
        row.save(update_fields=WRITTEN)
    run.save(update_fields=["state", "reason", "touched_at", "ended_at"])
    return more


def advance(run: AutomationRun, steps: Sequence[AutomationStep], pace: Pace, *, at: datetime) -> tuple[list[AutomationStep], bool]:
    """Do what is due of `steps`, the rows of `run`, and put what it came to on them and on the run, which the caller
    writes in the same transaction: (the steps that changed, whether more is due now)."""
    try:
        book = by_hash(run.playbook_hash)
    except PlaybookUnreadable as unreadable:
        run.state, run.reason, run.ended_at = outcomes.FAILED, str(unreadable), at
        failing.tell(run, at=at)
        return [], False
    automation = book.automations[run.automation]
    ends, changed = time.perf_counter() + pace.seconds, []
    while (row := _next(steps, automation, run, at)) is not None:
        waits = row.state == "delayed"
        if not waits:
            _do(row, automation, book, run, at, pace)
        changed += [row, *_settle(run, row, steps, automation, at)]
        if waits or run.state != "running":
            return changed, False
        if time.perf_counter() >= ends:
            return changed, True
    return changed, False


def _next(steps: Sequence[AutomationStep], automation: Automation, run: AutomationRun, at: datetime) -> AutomationStep | None:
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


def _do(row: AutomationStep, automation: Automation, book: Playbook, run: AutomationRun, at: datetime, pace: Pace) -> None:
    """Do one step and put what it came to on its row."""
    said = automation.then[row.position]
    began = time.perf_counter()
    lead, account = record_of(run.lead_id, run.account_id)
    deal = deal_of(run.opportunity_id)
    gone = ((run.lead_id and lead is None) or (run.account_id and not run.lead_id and account is None)
            or (run.opportunity_id and deal is None))  # fmt: skip
    judged = judge(said.if_, Values(book, lead=lead, account=account, payload=lambda: payload_of(run), at=at, deal=deal))
    row.attempts += 1
    row.error, row.due_at = "", None
    if gone:
        row.state, row.outcome = outcomes.SKIPPED, "the record is gone"
    elif not judged.holds:
        row.state, row.outcome = outcomes.SKIPPED, judged.why_not
    else:
        _attempt(row, said, Context(automation, book, run, row, lead, account, deal), at, pace)
    row.ms = round((time.perf_counter() - began) * 1000, 1)
    if row.state in outcomes.OPEN:
        defer(run.id, row.due_at)
    else:
        row.ended_at = at


def _attempt(row: AutomationStep, said: Step, context: Context, at: datetime, pace: Pace) -> None:
    """Try the deed in a savepoint: what it wrote goes when it is refused or fails, its outcome stays."""
    try:
        with transaction.atomic():
            found = perform(said, context, at)
    except Refusal as refusal:
        row.state, row.outcome = outcomes.REFUSED, str(refusal)
    except pace.passed_on:
        raise
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


def _settle(run: AutomationRun, row: AutomationStep, steps: Sequence[AutomationStep], automation: Automation,
            at: datetime) -> list[AutomationStep]:  # fmt: skip
    """What follows from the step `row` for its run and for the steps behind it; those it stopped."""
    stopped = []
    if row.state in (outcomes.FAILED, outcomes.REFUSED) and automation.then[row.position].on_error == "stop":
        stopped = [later for later in steps if later.position > row.position and later.state in outcomes.OPEN]
        for later in stopped:
            later.state, later.outcome, later.ended_at = outcomes.SKIPPED, f"step {row.position + 1} stopped it", at
    run.state, run.touched_at = outcomes.state_of([one.state for one in steps]), at
    run.ended_at = at if run.state != "running" else None
    if run.state == outcomes.FAILED:
        failing.tell(run, at=at)
    return stopped


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
