"""The checklist and the steps of review, item by item (LEGAL-01, LEGAL-02)."""

from __future__ import annotations

from datetime import date, datetime

from rounds.actions.deals.contract_given import ContractRefused, open_one, said_text, tell
from rounds.actions.flow.deeds import deed
from rounds.actions.trust import phi
from rounds.kit.actor import Actor
from rounds.models import Contract, ContractMark, ContractStep, User
from rounds.models.base import signature
from rounds.models.flow.active import active

CHECKLIST = "checklist"
STATES = {"not_started": "Not started", "in_review": "In review", "agreed": "Agreed", "waived": "Waived", "na": "Not applicable"}


def marks(contract: Contract) -> dict[tuple[str, str], ContractMark]:
    """What was said last of each item, by (part, item)."""
    rows = ContractMark.objects.filter(contract=contract).order_by("at", "id")
    return {(row.part, row.item): row for row in rows}


def states(contract: Contract, part: str = CHECKLIST) -> dict[str, str]:
    """The state of each item of a part that somebody spoke of."""
    return {item: row.state for (where, item), row in marks(contract).items() if where == part}


@phi.texts("reason", hold=False)
def mark(contract: Contract, item: str, state: str, *, reason: str = "", by: Actor, at: datetime) -> ContractMark:
    """Say how an item of the checklist stands. Waived and not applicable need a reason (who may say so is the door's).

    Effects: ContractMark, the event contract.item_marked, an audit entry. The same said again writes nothing. Raises
    ContractRefused (422), ContractClosed.
    """
    titles = active().playbook.checklist.titles
    if item not in titles:
        raise ContractRefused(f"“{item[:40]}” is no item; they are {', '.join(titles)}.", field="item")
    if state not in STATES:
        raise ContractRefused(f"“{state[:40]}” is no state; choose {', '.join(STATES)}.", field="state")
    wants = f"Say why “{titles[item]}” is {STATES[state].lower()}: the reason is kept." if state in ("waived", "na") else ""
    reason = said_text(reason, 1000, "reason", wants)
    return _mark(contract, CHECKLIST, item, titles[item], state, "not_started", reason, by=by, at=at)


def tick(contract: Contract, step: str, item: str, done: bool, *, by: Actor, at: datetime) -> ContractMark:
    """Tick an item of a step of the review, or take the tick back; the step is done with its last item.

    Effects: ContractMark, contract.item_marked, contract.step_done, an audit entry. Raises ContractRefused, ContractClosed.
    """
    entry = {one.step: one for one in active().playbook.review.steps}.get(step)
    titles = {one.item: one.title for one in entry.items} if entry else {}
    if item not in titles:
        raise ContractRefused("There is no such item of the review.", field="item")
    with deed(by):
        row = _mark(contract, step, item, titles[item], "done" if done else "open", "open", "", by=by, at=at)
        ticked = states(contract, step)
        whole = all(ticked.get(one) == "done" for one in titles)
        held = ContractStep.objects.select_for_update().get(contract=contract, step=step)
        if whole and held.done_at is None:
            held.done_at = at
            held.save(update_fields=["done_at"])
            tell("contract.step_done", contract, {"step": step, "title": entry.title}, by=by, at=at)
        elif not whole and held.done_at is not None:
            held.done_at = None
            held.save(update_fields=["done_at"])
    return row


@phi.texts("theirs", hold=False)
def give_step(contract: Contract, step: str, *, owner: User | None, theirs: str = "", due_on: date | None, by: Actor, at: datetime) -> ContractStep:
    """Say whose a step of the review is, ours and theirs, and when it is due.

    Effects: the step, the event contract.changed, an audit entry. Raises ContractRefused (422), ContractClosed.
    """
    with deed(by):
        row = open_one(contract)
        held = ContractStep.objects.select_for_update(of=("self",)).select_related("owner").filter(contract=row, step=step).first()
        if held is None:
            raise ContractRefused("There is no such step.", field="step")
        after = {"owner": owner.name if owner else "", "theirs": said_text(theirs, 200, "theirs"), "due_on": due_on and due_on.isoformat()}
        before = {"owner": held.owner.name if held.owner else "", "theirs": held.theirs, "due_on": held.due_on and held.due_on.isoformat()}
        changed = {f"{step}.{name}": [before[name], after[name]] for name in after if before[name] != after[name]}
        if changed:
            held.owner, held.theirs, held.due_on = owner, after["theirs"], due_on
            held.save(update_fields=["owner", "theirs", "due_on"])
            tell("contract.changed", row, {"changed": changed}, by=by, at=at)
    return held


def _mark(contract: Contract, part: str, item: str, title: str, state: str, at_first: str, reason: str, *, by: Actor, at: datetime) -> ContractMark:  # fmt: skip
    with deed(by):
        row = open_one(contract)
        last = ContractMark.objects.filter(contract=row, part=part, item=item).order_by("-at", "-id").first()
        before = last.state if last else at_first
        if last is not None and (last.state, last.reason) == (state, reason):
            return last
        made = ContractMark.objects.create(contract=row, part=part, item=item, state=state, reason=reason, **signature(by, at))
        tell("contract.item_marked", row, {"part": part, "item": item, "title": title, "before": before, "after": state}, by=by, at=at)
        if row.state == "signed":
            from rounds.actions.deals import contract_execution  # which reads the marks

            contract_execution.settle(row, by=by, at=at)
    return made
