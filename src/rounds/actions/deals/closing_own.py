"""What the core itself ends with a deal: tasks automations made, runs that wait for their hour, what waits for a word."""

from __future__ import annotations

from datetime import datetime

from rounds.actions.deals import poc_data
from rounds.actions.deals.closing_parts import on_close
from rounds.actions.desk import tasks
from rounds.kit.actor import Actor
from rounds.models import AutomationRun, AutomationStep, Opportunity, Task
from rounds.models.deals.stages import WAITING
from rounds.models.desk.tasks import OPEN
from rounds.rules.automation import outcomes

WHY = "The deal was closed"
OUTLIVES = (poc_data.KEY,)
"""What the keys of tasks begin with whose duty does not end with the deal: patient data still has to go."""


@on_close("tasks")
def end_tasks(deal: Opportunity, *, won: bool, by: Actor, at: datetime) -> list[str]:
    """Tasks an automation made are dropped; what a person set themselves to do stays, and is said; so does what the law
    asks for whatever became of the deal."""
    rows = Task.objects.filter(OPEN, opportunity=deal).order_by("due_at", "id")
    duties = [task for task in rows if (task.key or "").startswith(OUTLIVES)]
    found = [task for task in rows if task not in duties]
    ours = [task for task in found if task.automation or task.clock]
    for task in ours:
        tasks.drop(task, why=WHY, by=by, at=at)
    said = [f"the task “{task.title}”" for task in ours] + [f"“{task.title}” stays to be done" for task in duties]
    left = len(found) - len(ours)
    if left:
        said.append(f"{left} {'task' if left == 1 else 'tasks'} people set themselves {'stays' if left == 1 else 'stay'} open")
    return said


@on_close("automations")
def end_automations(deal: Opportunity, *, won: bool, by: Actor, at: datetime) -> list[str]:
    """What automations still had to do for the deal is not done any more."""
    said = []
    for run in AutomationRun.objects.select_for_update(no_key=True).filter(opportunity_id=deal.id, state="running"):
        waits = AutomationStep.objects.filter(run=run, state__in=outcomes.OPEN)
        titles = list(waits.order_by("position").values_list("title", flat=True))
        waits.update(state=outcomes.SKIPPED, outcome=WHY.lower(), ended_at=at)
        run.state = outcomes.state_of(list(run.steps.values_list("state", flat=True)))
        run.touched_at = run.ended_at = at
        run.save(update_fields=["state", "touched_at", "ended_at"])
        said += [f"“{title}” of the automation “{run.title}”" for title in titles]
    return said


@on_close("signals")
def end_signals(deal: Opportunity, *, won: bool, by: Actor, at: datetime) -> list[str]:
    """What waited for somebody's word waits no longer."""
    gone = deal.signals.filter(WAITING).update(decision="closed with the deal", decided_at=at, decided_by_name=by.name)
    return [f"{gone} {'proposal' if gone == 1 else 'proposals'} of a stage"] if gone else []
