"""What links may do (PLUS-32): each purpose hands on to the action that does it, and to no code of its own."""

from __future__ import annotations

from datetime import datetime
from importlib import import_module
from typing import Any

from django.apps import apps

from rounds.access.allowed import need_to_write
from rounds.actions.trust.action_links import LinkDead, purpose
from rounds.kit.actor import Actor
from rounds.models import Lead, User


def _room(path: str, verb: str) -> Any:
    """An action of another domain, by name. Raises LinkDead (410) where this version does not have it."""
    try:
        return getattr(import_module(path), verb)
    except (ImportError, AttributeError):
        raise LinkDead("This cannot be done by a link yet. Open the record in Rounds instead.") from None


def _may(by: Actor, row: Any) -> None:
    need_to_write(User.objects.get(pk=by.id), row)


@purpose("lead.accept", "Accept this lead", model=lambda: Lead, done="The lead is yours.")
def accept(lead: Lead, said: str, *, by: Actor, at: datetime) -> None:
    """The owner takes the lead. Effects: those of leads.routing.accept."""
    _may(by, lead)
    _room("rounds.actions.leads.routing", "accept")(lead, by=by, at=at)


@purpose("lead.decline", "Decline this lead", model=lambda: Lead, done="The lead goes to somebody else.", asks="Why it is not yours")
def decline(lead: Lead, said: str, *, by: Actor, at: datetime) -> None:
    """The owner hands the lead back with a reason. Effects: those of leads.routing.decline."""
    _may(by, lead)
    _room("rounds.actions.leads.routing", "decline")(lead, reason=said, by=by, at=at)


def _task() -> type:
    return apps.get_model("rounds", "Task")


@purpose("task.complete", "Mark it done", model=_task, done="The task is done.")
def complete(task: Any, said: str, *, by: Actor, at: datetime) -> None:
    """The task is done. Effects: those of desk.tasks.complete."""
    _room("rounds.actions.desk.tasks", "complete")(task, outcome=said, by=by, at=at)


def _step() -> type:
    return apps.get_model("rounds", "QuoteApproval")


@purpose("quote.approve", "Approve this discount", model=_step, done="The discount is approved as far as it lies with you.")
def approve(step: Any, said: str, *, by: Actor, at: datetime) -> None:
    """Yes to a step of approval. Effects: those of deals.approvals.decide."""
    _room("rounds.actions.deals.approvals", "decide")(step, "approved", words=said, by=by, at=at)


@purpose("quote.refuse", "Refuse this discount", model=_step, done="The discount is refused.", asks="What has to change")
def refuse(step: Any, said: str, *, by: Actor, at: datetime) -> None:
    """No to a step of approval, with the reason. Effects: those of deals.approvals.decide."""
    _room("rounds.actions.deals.approvals", "decide")(step, "refused", words=said, by=by, at=at)
