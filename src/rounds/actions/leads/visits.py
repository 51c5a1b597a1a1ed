"""A visit, a call, a meeting, logged on the way out of the door: what it was, and what came of it (PLUS-32)."""

from __future__ import annotations

from datetime import datetime

from rounds.actions.desk import task_acts, tasks
from rounds.actions.flow.deeds import deed
from rounds.actions.leads import activities
from rounds.kit.actor import Actor
from rounds.models import Account, Contact, Lead, LeadActivity, Opportunity, Task, User
from rounds.models.desk.tasks import OPEN
from rounds.models.flow.active import active

FOLLOW_UP = "Follow up"
"""The outcome that sets its reporter a task."""
TOMORROW = 1
"""The place of "Tomorrow" among the choices of putting off."""


def log(kind: str, outcome: str, *, lead: Lead | None = None, account: Account | None = None, contact: Contact | None = None,
        opportunity: Opportunity | None = None, owner: User | None = None, once: str = "", by: Actor, at: datetime) -> LeadActivity:  # fmt: skip
    """Log one of the playbook's three taps, of a contact or a deal with its account. Nobody there: it is logged as an attempt, which answers nothing. A follow-up
    becomes a task of `owner` for the next working day. The same `once` twice logs once.

    Effects: those of activities.log and tasks.add. Raises ActivityRefused (422) for what the playbook does not offer.
    """
    said = active().playbook.tasks.visits
    if kind not in said.kinds:
        raise activities.ActivityRefused(f"Say what it was: {', '.join(said.kinds.values())}.", field="kind")
    if outcome not in (*said.outcomes, said.not_there.title):
        raise activities.ActivityRefused(f"Say what came of it: {', '.join((*said.outcomes, said.not_there.title))}.", field="outcome")
    word, missed = said.kinds[kind], outcome == said.not_there.title
    with deed(by):
        act = activities.log(said.not_there.as_ if missed else kind, lead=lead, account=account, contact=contact, direction="out",
                             subject=f"{word}: {outcome.lower()}", external_id=f"form:{once}" if once else None, by=by, at=at)  # fmt: skip
        if outcome == FOLLOW_UP:
            tasks.add(f"Follow up on the {word.lower()}", kind="follow_up", owner=owner, lead=lead, account=account, contact=contact,
                      opportunity=opportunity, due_at=task_acts.until(TOMORROW, at), key=f"visit:{act.id}", by=by, at=at)  # fmt: skip
    return act


def take_back(activity: LeadActivity, *, by: Actor, at: datetime) -> None:
    """Take a logged visit back, and the task it had set. Effects: those of activities.withdraw and tasks.drop."""
    with deed(by):
        for task in Task.objects.filter(OPEN, key=f"visit:{activity.id}"):
            tasks.drop(task, why="Its visit was taken back", by=by, at=at)
        activities.withdraw(activity, reason="logged by mistake", by=by, at=at)
