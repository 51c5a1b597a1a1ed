"""Redlines: raised, worked on, settled (LEGAL-04)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from rounds.actions.deals import contract_execution
from rounds.actions.deals.contract_given import ContractRefused, open_one, said_text, tell
from rounds.actions.flow.deeds import deed
from rounds.actions.trust import agreements, audit, phi
from rounds.kit.actor import Actor
from rounds.models import Contract, ContractIssue
from rounds.models.base import signature
from rounds.models.flow.active import active

TEXTS = {"clause": 200, "theirs": 2000, "ours": 2000, "fallback": 2000}
CHANGEABLE = (*TEXTS, "item", "red_flag", "owner", "due_on", "state")
OUTCOMES = {"ours": "Our wording", "theirs": "Their wording", "fallback": "Our fallback", "middle": "In between", "dropped": "No longer asked"}


@phi.texts("said", hold=False)
def add(contract: Contract, said: Mapping[str, Any], *, by: Actor, at: datetime) -> ContractIssue:
    """Write down a redline: `clause`, what they want (`theirs`), what we want (`ours`), the `fallback`, `red_flag`, the
    item of the checklist it belongs to, owner and due day.

    Effects: ContractIssue, contract.issue_raised, an audit entry. Raises ContractRefused (422), ContractClosed.
    """
    given = _given(said)
    said_text(given.get("clause", ""), 200, "clause", "Name the clause, such as “8.2 Liability cap”.")
    if not given.get("theirs") and not given.get("ours"):
        raise ContractRefused("Say what they want, or what we want.", field="theirs")
    with deed(by):
        row = open_one(contract)
        made = ContractIssue.objects.create(contract=row, **given, **signature(by, at))
        tell("contract.issue_raised", row, {"clause": made.clause, "red_flag": made.red_flag}, by=by, at=at)
    return made


@phi.texts("said", hold=False)
def change(issue: ContractIssue, said: Mapping[str, Any], *, by: Actor, at: datetime) -> ContractIssue:
    """Change an open redline; `state` open or proposed (we sent our wording). Effects: the row with its history, an audit
    entry. Raises ContractRefused (422), ContractClosed."""
    given = _given(said)
    if "clause" in given:
        said_text(given["clause"], 200, "clause", "Name the clause.")
    with deed(by):
        open_one(issue.contract)
        row = ContractIssue.objects.select_for_update(of=("self",)).get(pk=issue.pk)
        if not row.is_open:
            raise ContractRefused("This issue is settled; raise another one.", field="state")
        for name, value in given.items():
            setattr(row, name, value)
        row.save(update_fields=list(given))
        audit.note("contract.issue_change", by=by, at=at, kind="contract", subject=row.contract_id, detail={"fields": sorted(given)})
    return row


@phi.texts("how", hold=False)
def settle(issue: ContractIssue, outcome: str, *, how: str = "", by: Actor, at: datetime) -> ContractIssue:
    """Settle a redline: `outcome` of OUTCOMES, `how` in words (of a red flag it must be said).

    Effects: state, outcome, contract.issue_settled, an audit entry. Raises ContractRefused (422), ContractClosed.
    """
    if outcome not in OUTCOMES:
        raise ContractRefused(f"Say how it ended: {', '.join(OUTCOMES)}.", field="outcome")
    with deed(by):
        contract = open_one(issue.contract)
        row = ContractIssue.objects.select_for_update(of=("self",)).get(pk=issue.pk)
        if not row.is_open:
            return row
        row.settled_how = said_text(how, 1000, "how", "Say how the red flag was settled." if row.red_flag else "")
        row.state, row.outcome, row.settled_at = ("dropped" if outcome == "dropped" else "settled"), outcome, at
        row.save(update_fields=["state", "outcome", "settled_how", "settled_at"])
        tell("contract.issue_settled", contract, {"clause": row.clause, "outcome": outcome}, by=by, at=at)
        contract_execution.settle(contract, by=by, at=at)
    return row


def _given(said: Mapping[str, Any]) -> dict[str, Any]:
    if unknown := sorted(set(said) - set(CHANGEABLE)):
        raise ContractRefused(f"“{unknown[0][:40]}” is nothing an issue says.", field=unknown[0][:40])
    given = {name: said_text(value, TEXTS[name], name) if name in TEXTS else value for name, value in said.items()}
    if given.get("item") and given["item"] not in active().playbook.checklist.titles:
        raise ContractRefused("There is no such item of the checklist.", field="item")
    if given.get("state", "open") not in ("open", "proposed"):
        raise ContractRefused("An issue is open or proposed until it is settled.", field="state")
    return given


def overdue(issue: ContractIssue, at: datetime) -> bool:
    """Whether an open issue is past its day."""
    return issue.is_open and issue.due_on is not None and issue.due_on < agreements.day(at)
