"""What every deed below a deal shares: the event on the deal, tasks about it, who may be named."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from rounds.actions.desk import tasks
from rounds.actions.flow import events
from rounds.kit.actor import Actor
from rounds.kit.refusal import Refusal
from rounds.models import Contact, Event, Opportunity, Task, Team, User
from rounds.models.desk.tasks import OPEN


class DealClosed(Refusal):
    """This deal is closed; take it up again first."""


class NotOfThisDeal(Refusal):
    """Choose somebody of the account this deal is with, or of its health system."""

    status = 422


def need_open(deal: Opportunity) -> None:
    """Go on only while the deal is open. Raises DealClosed (409)."""
    if deal.closed_at is not None:
        raise DealClosed


def of_the_deal(deal: Opportunity, *people: Contact | None, field: str = "contact") -> None:
    """The people belong to the account of the deal or its system. Raises NotOfThisDeal (422)."""
    units = {deal.account_id, deal.buying_unit_id} - {None}
    for person in people:
        if person is not None and not units & {person.account_id, person.buying_unit_id}:
            raise NotOfThisDeal(f"{person.name} is not at {deal.account.name} or its health system: choose somebody who is.", field=field)


def tell(kind: str, row: Any, said: dict[str, Any], *, by: Actor, at: datetime) -> Event:
    """The event of a row below a deal: it stands on the deal, its account and the row."""
    deal = row.opportunity
    return events.record(kind, said, by=by, at=at, account=deal.account_id, opportunity=deal.id, subject=row.id)


def add_task(deal: Opportunity, title: str, *, key: str, due_at: datetime | None, owner: User | None = None, kind: str = "other",
             priority: str = "normal", note: str = "", by: Actor, at: datetime) -> Task:  # fmt: skip
    """Something to do for a deal, once while it is open. Effects: those of tasks.add."""
    owner = owner or deal.owner
    if owner is not None and not owner.is_active:
        owner = None
    return tasks.add(title, kind=kind, owner=owner, account=deal.account, opportunity=deal, note=note, priority=priority,
                     due_at=due_at, key=key, automation=key.partition(":")[0], by=by, at=at)  # fmt: skip


def drop_tasks(keys: Collection[str], *, why: str, by: Actor, at: datetime) -> None:
    """Drop the open tasks of these keys. Effects: those of tasks.drop, for each."""
    for task in Task.objects.filter(OPEN, key__in=list(keys)):
        tasks.drop(task, why=why, by=by, at=at)


def finish_tasks(keys: Collection[str], *, outcome: str = "", by: Actor, at: datetime) -> None:
    """Tick off the open tasks of these keys. Effects: those of tasks.complete, for each."""
    for task in Task.objects.filter(OPEN, key__in=list(keys)):
        tasks.complete(task, outcome=outcome, by=by, at=at)


def manager_of(person: User | None) -> User | None:
    """Who manages the team of a person."""
    if person is None or not person.team_id:
        return None
    team = Team.objects.select_related("manager").filter(pk=person.team_id, manager__is_active=True).first()
    return team.manager if team else None
