"""Approval, signatures, execution (LEGAL-05): a contract both sides signed is executed once nothing blocks it."""

from __future__ import annotations

from datetime import date, datetime

from rounds.actions.deals import contract_marks, contract_versions, stages
from rounds.actions.deals.contract_given import ContractRefused, locked, open_one, said_text, tell
from rounds.actions.flow.deeds import deed
from rounds.actions.trust import agreements, phi
from rounds.kit.actor import Actor
from rounds.models import Contract, ContractApproval, ContractIssue, ContractSignature, ContractVersion
from rounds.models.base import signature
from rounds.models.flow.active import active
from rounds.rules import contracts as rules

SIDES = {"customer": "The customer", "ours": "Our side"}


@phi.texts("name", "title", "evidence", hold=False)
def approve(
    contract: Contract, *, name: str, on: date, evidence: str, side: str = "customer", title: str = "", link: str = "",
    version: ContractVersion | None = None, by: Actor, at: datetime,
) -> ContractApproval:  # fmt: skip
    """Write down that an executive approved it: who, on which day, by what evidence; of the newest version unless said.

    Effects: ContractApproval, contract.approved, an audit entry; a contract that waited for it is executed. Raises
    ContractRefused (422), ContractClosed.
    """
    _side(side)
    name = said_text(name, 120, "name", "Name the executive.")
    evidence = said_text(evidence, 1000, "evidence", "Say what proves it: a mail, minutes, a signature sheet.")
    if link and not link.startswith("https://"):
        raise ContractRefused("A link to the evidence begins with https://.", field="link")
    if on > agreements.day(at):
        raise ContractRefused("Write it down on the day, not before.", field="on")
    with deed(by):
        row = open_one(contract)
        made = ContractApproval.objects.create(
            contract=row, version=version or contract_versions.last(row), side=side, name=name, title=said_text(title, 120, "title"),
            on=on, evidence=evidence, link=link[:500], **signature(by, at),
        )  # fmt: skip
        tell("contract.approved", row, {"by_whom": name, "side": side, "on": on.isoformat()}, by=by, at=at)
        settle(row, by=by, at=at)
    return made


@phi.texts("name", "title", hold=False)
def sign(
    contract: Contract, *, side: str, name: str, on: date, title: str = "", source: str = "hand", event_id: str | None = None,
    sha256: str = "", by: Actor, at: datetime,
) -> ContractSignature:  # fmt: skip
    """Write down that a side signed. The same message of a signature service (`event_id`), or the same side again, answers
    the signature that is there and writes nothing.

    Effects: ContractSignature, contract.signed, an audit entry; with both, those of settle. Raises ContractRefused (422),
    ContractClosed.
    """
    _side(side)
    name = said_text(name, 120, "name", "Say who signed.")
    if on > agreements.day(at):
        raise ContractRefused("It cannot be signed in the future; write it down on the day.", field="on")
    with deed(by):
        row = locked(contract)
        there = ContractSignature.objects.filter(contract=row, side=side).first()
        if there is not None:
            return there
        row = open_one(contract)
        made = ContractSignature.objects.create(contract=row, side=side, name=name, title=said_text(title, 120, "title"), on=on,
                                                source=source, event_id=event_id, sha256=sha256, **signature(by, at))  # fmt: skip
        tell("contract.signed", row, {"side": side, "signer": name, "on": on.isoformat(), "source": source}, by=by, at=at)
        settle(row, by=by, at=at)
    return made


def stands(contract: Contract) -> tuple[rules.Stands, ...]:
    """What stands before its execution now. Six queries at most."""
    book = active().playbook
    last = contract_versions.last(contract)
    approvals = ContractApproval.objects.filter(contract=contract)
    if last is not None:  # what was approved before the paper changed says nothing of this paper
        approvals = approvals.filter(version__number__gte=_counted(contract, last))
    checklist = rules.settled(book.checklist, contract_marks.states(contract))
    flags = ContractIssue.objects.filter(contract=contract, red_flag=True, state__in=("open", "proposed")).count()
    return rules.before_execution(
        book.review.execution, approved_by=set(approvals.values_list("side", flat=True)), open_items=len(checklist.open), red_flags=flags,
        signed_by=set(ContractSignature.objects.filter(contract=contract).values_list("side", flat=True)),
    )  # fmt: skip


def _counted(contract: Contract, last: ContractVersion) -> int:
    """The number of the version an approval must be of: the newest that is no signed copy of an earlier one."""
    numbers = ContractVersion.objects.filter(contract=contract).exclude(from_whom="signed").order_by("-number").values_list("number", flat=True)
    return numbers.first() or last.number


def settle(contract: Contract, *, by: Actor, at: datetime) -> Contract:
    """A contract both have signed is executed if nothing blocks it, else it waits as signed. Called after every deed that
    may change that; again, it changes nothing.

    Effects: state, executed_on, contract.executed with what was still open, the stage trigger (O9), an audit entry.
    """
    with deed(by):
        row = locked(contract)
        if not row.is_open:
            return row
        before = stands(row)
        if any(one.code.startswith("signature_") for one in before):
            return row
        if any(one.blocks for one in before):
            if row.state != "signed":
                row.state = "signed"
                row.save(update_fields=["state"])
            return row
        on = max(ContractSignature.objects.filter(contract=row).values_list("on", flat=True))
        row.state, row.executed_on, row.executed_at = "executed", on, at
        row.effective_on = row.effective_on or on
        row.save(update_fields=["state", "executed_on", "executed_at", "effective_on"])
        said = {"kind": row.kind, "on": on.isoformat(), "expires_on": row.expires_on and row.expires_on.isoformat(),
                "open": [one.says for one in before]}  # fmt: skip
        event = tell("contract.executed", row, said, by=by, at=at)
        closes = active().playbook.contracts.kinds.get(row.kind)
        if row.opportunity is not None and row.opportunity.is_open and closes is not None and closes.closes:
            stages.triggered(row.opportunity, "contract.executed", by=by, at=at, event=event)
    return row


def _side(side: str) -> None:
    if side not in SIDES:
        raise ContractRefused("Say whose side: customer or ours.", field="side")
