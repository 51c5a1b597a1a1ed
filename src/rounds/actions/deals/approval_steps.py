"""A step of approval when its turn comes: whom it lies with, until when, their task and their notice."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from rounds.access.allowed import roles_that_may
from rounds.access.sight import EVERYTHING, sight
from rounds.actions.desk import tasks
from rounds.actions.desk.notifications import notify
from rounds.kit.actor import Actor
from rounds.models import Absence, Quote, QuoteApproval, Task, Team, User
from rounds.models.desk.tasks import OPEN
from rounds.models.flow.active import active
from rounds.models.flow.days import house_day
from rounds.rules.calendar import after, zone_of


def steps_of(quote: Quote, number: int) -> list[QuoteApproval]:
    """The steps of one round in their order."""
    return list(quote.approvals.filter(round=number).select_related("asked", "decided_by").order_by("position"))


def people_for(level: str) -> list[User]:
    """Everybody active who may decide steps of `level`."""
    may = active().playbook.discounts.approvals.levels[level].may
    return list(User.objects.filter(is_active=True, role__in=roles_that_may(may)).order_by("joined_at", "name"))


def whom(quote: Quote, step: QuoteApproval, steps: Iterable[QuoteApproval], *, at: datetime) -> User | None:
    """Whom a step lies with: the manager of the owner's team where the level asks them, else the first who may. Passed
    over are who asked for it, who decided already, and, as long as somebody else is there, who is away."""
    level = active().playbook.discounts.approvals.levels[step.level]
    out = {step.by_id, *(one.decided_by_id for one in steps)}
    found = [person for person in people_for(step.level) if person.pk not in out]
    owner = quote.opportunity.owner
    if level.asks_manager and owner is not None and owner.team_id:
        manager = Team.objects.filter(pk=owner.team_id).values_list("manager_id", flat=True).first()
        found.sort(key=lambda person: person.pk != manager)
    else:  # who has this level and no lower one comes first
        found.sort(key=lambda person: person.role == "admin")
    today = house_day(at)
    away = set(Absence.objects.filter(user__in=found, withdrawn_at=None, first_day__lte=today, last_day__gte=today).values_list("user_id", flat=True))
    return next((person for person in found if person.pk not in away), next(iter(found), None))


def opened(quote: Quote, step: QuoteApproval, steps: Iterable[QuoteApproval], *, to: User | None = None, by: Actor, at: datetime) -> None:
    """The turn of a step has come. Effects: asked, opened_at, due_at; a task of theirs; a notice that offers to decide."""
    book = active().playbook
    rule = book.discounts.approvals
    account = quote.opportunity.account
    zone = zone_of(book.calendar, state=account.state, territory=account.territory)
    step.asked = to or whom(quote, step, steps, at=at)
    step.opened_at = step.opened_at or at
    step.due_at = after(book.calendar, rule.answer_within, at, zone)
    step.escalated_at = None
    step.save(update_fields=["asked", "opened_at", "due_at", "escalated_at", "handed_by_name", "handed_why"])
    title = f"{step.effective_bp / 100:g} % off {quote.name}"
    # Who asks may not see what the approver will do; the task is theirs, and looked for with open eyes.
    with sight(EVERYTHING):
        tasks.add(f"Approve {title}", kind="approval", owner=step.asked, account=account, opportunity=quote.opportunity, priority="high",
                  due_at=step.due_at, key=f"quote-approval:{step.id}", automation="quote_approval", by=by, at=at)  # fmt: skip
    notify([step.asked] if step.asked else [], kind="approval.asked", title=f"{by.name or 'Somebody'} asks you to approve {title}", body=step.words,
           url=f"/quotes/{quote.id}/", account=account.id, subject=step, by=by, at=at)  # fmt: skip


def shut(step: QuoteApproval, *, outcome: str, why: str = "", by: Actor, at: datetime) -> None:
    """The task of a step is done, or dropped with `why`. Effects: those of tasks.complete or tasks.drop."""
    with sight(EVERYTHING):
        task = Task.objects.filter(OPEN, key=f"quote-approval:{step.id}").first()
        if task is None:
            return
        if why:
            tasks.drop(task, why=why, by=by, at=at)
        else:
            tasks.complete(task, outcome=outcome, by=by, at=at)


def names(steps: Iterable[QuoteApproval], step: QuoteApproval, person: User) -> str:
    """For whom `person` decides, where the step lies with somebody else."""
    return step.asked.name if step.asked_id and step.asked_id != person.pk and step.asked else ""
