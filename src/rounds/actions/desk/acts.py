"""What can be done to many rows: each act names its model, its verb, the event it leaves and its way back."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from rounds.actions.deals import opportunities
from rounds.actions.desk import deal_acts, reach_acts, task_acts
from rounds.actions.leads import leads, routing, statuses, undoing
from rounds.actions.market import accounts
from rounds.kit.refusal import Refusal
from rounds.models import Account, Event, Lead, Opportunity, Task, User
from rounds.models.flow.active import active


class ActRefused(Refusal):
    """Say what the rows shall become."""

    status = 422


@dataclass(frozen=True)
class Act:
    """`do(row, said, by=, at=)` is True when the row changed; `undo(row, payload, by=, at=)` True when it went back.

    `checked(said)` gives the plain, storable form of what a person typed; `says(said)` the act in the past tense.
    """

    model: type[Any]
    event: str
    do: Callable[..., bool]
    undo: Callable[..., bool]
    checked: Callable[[dict[str, Any]], dict[str, Any]]
    says: Callable[[dict[str, Any]], str]
    many: Callable[..., list[bool | Refusal]] | None = None
    """`many(rows, said, by=, at=)` does all rows of a chunk in as many statements as one; of each whether it changed, or its refusal."""
    fetch: tuple[str, ...] = ()
    """What is read with the rows, so that `many` asks for none of it again."""

    def subject(self, event: Event) -> UUID | None:
        if self.model is Task:
            return event.subject_id
        if self.model is Opportunity:
            return event.opportunity_id
        return event.lead_id if self.model is Lead else event.account_id


def _owner(said: dict[str, Any]) -> dict[str, Any]:
    key = str(said.get("owner") or "")
    if key in ("", "none"):
        return {"owner": None, "name": "", "reason": str(said.get("reason") or "")[:500]}
    try:
        owner = User.objects.filter(pk=UUID(key), is_active=True).first()
    except ValueError:
        owner = None
    if owner is None:
        raise ActRefused("That person no longer works here; choose somebody active.", field="owner")
    return {"owner": str(owner.id), "name": owner.name, "reason": str(said.get("reason") or "")[:500]}


def _assign(verb: Callable[..., Any]):
    def do(row: Any, said: dict[str, Any], *, by, at) -> bool:
        owner = User.objects.filter(pk=said["owner"]).first() if said["owner"] else None
        before = row.owner_id
        verb(row, owner, by=by, at=at, reason=said["reason"])
        return before != (owner.id if owner else None)

    def undo(row: Any, payload: dict[str, Any], *, by, at) -> bool:
        if str(row.owner_id or "") != (payload["owner_after"] or ""):
            return False
        key = payload["owner_before"]
        before = User.objects.filter(pk=key, is_active=True).first() if key else None
        verb(row, before, by=by, at=at, reason="undone")
        return True

    return do, undo


def _status(said: dict[str, Any]) -> dict[str, Any]:
    """What is asked is looked at once, before the first row: what the status's own moves ask for."""
    status, reason, code = (str(said.get(name) or "").strip() for name in ("status", "reason", "code"))
    book = active().playbook.statuses
    if status not in book.values:
        raise ActRefused(f"status must be one of: {', '.join(book.values)}.", field="status")
    asks = {move.reason for move in book.moves if move.to == status}
    if "listed" in asks:
        statuses.reasoned(next(move for move in book.moves if move.to == status and move.reason == "listed"), code, reason)
    return {"status": status, "reason": reason[:500], "code": code}


def _set_status(row: Lead, said: dict[str, Any], *, by, at) -> bool:
    if row.status == said["status"]:
        return False
    statuses.set_status(row, said["status"], by=by, at=at, reason=said["reason"], code=said.get("code", ""))
    return True


def _restore_status(row: Lead, payload: dict[str, Any], *, by, at) -> bool:
    if row.status != payload["after"]:
        return False
    undoing.restore_status(row, payload["before"], by=by, at=at, reason="undone")
    return True


def _given_to(said: dict[str, Any]) -> str:
    return f"Assigned to {said['name']}" if said["owner"] else "Put back into the queue"


def _reassign(row: Lead, said: dict[str, Any], *, by, at) -> bool:
    routing.reassign(row, by=by, at=at)
    return True


ACTS: dict[str, Act] = {
    "lead.reassign": Act(Lead, "lead.assigned", _reassign, routing.take_back, checked=lambda said: {},
                         says=lambda said: "Given to others by the router"),
    "lead.assign": Act(Lead, "lead.assigned", *_assign(leads.assign), checked=_owner, says=_given_to),
    "lead.status": Act(Lead, "lead.status_changed", _set_status, _restore_status, checked=_status,
                       says=lambda said: f"Set to {said['status']}"),
    "lead.enrol": Act(Lead, "sequence.enrolled", reach_acts.enrol, reach_acts.take_out, checked=reach_acts.checked,
                      says=lambda said: f"Enrolled in {said['title']}", many=reach_acts.enrol_all, fetch=("owner", "account__buying_unit")),
    "account.assign": Act(Account, "account.assigned", *_assign(accounts.assign), checked=_owner, says=_given_to),
    "opportunity.assign": Act(Opportunity, "opportunity.assigned", *_assign(opportunities.assign), checked=_owner,
                              says=lambda said: f"Given to {said['name']}" if said["owner"] else "Given to nobody"),
    "opportunity.forecast": Act(Opportunity, "opportunity.changed", deal_acts.forecast, deal_acts.back, checked=deal_acts.category,
                                says=lambda said: f"Forecast: {said['title']}"),
    "opportunity.close_on": Act(Opportunity, "opportunity.changed", deal_acts.close_on, deal_acts.back, checked=deal_acts.closing,
                                says=lambda said: f"Close date {said['close_on']}"),
    "task.complete": Act(Task, "task.completed", task_acts.complete, task_acts.reopen, checked=task_acts.outcome,
                         says=lambda said: "Ticked off"),
    "task.drop": Act(Task, "task.dropped", task_acts.drop, task_acts.reopen, checked=task_acts.why,
                     says=lambda said: "Dropped"),
    "task.snooze": Act(Task, "task.snoozed", task_acts.snooze, task_acts.wake, checked=task_acts.span,
                       says=lambda said: f"Put off: {said['title'].lower()}"),
    "task.give": Act(Task, "task.given", task_acts.give, task_acts.give_back, checked=_owner, says=_given_to),
}  # fmt: skip
"""Code → act; the code's first word is the noun."""
