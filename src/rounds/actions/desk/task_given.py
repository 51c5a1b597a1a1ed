"""What is given with a task, checked, and put in the place of what it is about."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from rounds.kit.clock import sayable
from rounds.kit.refusal import Refusal
from rounds.models import Account, Contact, Lead, Opportunity, Task, User
from rounds.playbook.shapes.days import Tasks


class TaskRefused(Refusal):
    """A task that cannot be kept as it is."""

    status = 422


class OwnerAway(Refusal):
    """That person no longer works here; choose somebody active."""

    status = 422
    field = "owner"


def made(book: Tasks, title: str, *, lead: Lead | None = None, account: Account | None = None, owner: User | None = None, opportunity: Opportunity | None = None,
         contact: Contact | None = None, kind: str, priority: str, **said: Any) -> Task:  # fmt: skip
    """A task that is not written yet, in the place of what it is about. Raises TaskRefused (422)."""
    if kind not in book.kinds.titles:
        raise TaskRefused(f"“{kind[:40]}” is no kind of task; use one of: {', '.join(book.kinds.titles)}.", field="kind")
    if priority not in book.priorities.order:
        raise TaskRefused(f"“{priority[:40]}” is no priority; use one of: {', '.join(book.priorities.order)}.", field="priority")
    reachable("due_at", said.get("due_at"))
    place = lead or opportunity or account or contact
    account_id = account.id if account else next((one.account_id for one in (lead, opportunity, contact) if one), None)
    return Task(
        title=title, kind=kind, priority=priority, rank=book.rank(priority), owner=owner,
        team_id=owner.team_id if owner else place.team_id if place else None, territory=place.territory if place else "",
        lead=lead, account_id=account_id, contact=contact, opportunity=opportunity, buying_unit_id=place.buying_unit_id if place else None, **said,
    )  # fmt: skip


def reachable(field: str, moment: datetime | None) -> None:
    """Raises TaskRefused for a moment nobody can mean, which no list could show."""
    if moment is not None and not sayable(moment):
        raise TaskRefused("That is no day of a calendar; choose one between 1970 and 2200.", field=field)


def iso(moment: datetime | None) -> str | None:
    """A moment as an event keeps it."""
    return moment.isoformat() if moment else None
