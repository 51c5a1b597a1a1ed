"""Contracts: written down, changed, taken into review, let go, ended (LEGAL-02, LEGAL-07)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from rounds.actions.deals import stages
from rounds.actions.deals.contract_given import ContractClosed, ContractRefused, locked, open_one, said_text, tell
from rounds.actions.flow.deeds import deed
from rounds.actions.trust import agreements, phi
from rounds.kit.actor import Actor
from rounds.models import Account, Contract, ContractStep, Opportunity, User
from rounds.models.base import signature
from rounds.models.flow.active import active
from rounds.rules import contracts as rules

CHANGEABLE = ("name", "owner", "effective_on", "expires_on", "renews", "notice_days", "amount_cents", "phi_involved")


@phi.texts("name", hold=False)
def add(
    name: str, *, kind: str, account: Account, deal: Opportunity | None = None, owner: User | None = None,
    effective_on: date | None = None, expires_on: date | None = None, renews: bool = False, notice_days: int | None = None,
    amount_cents: int | None = None, phi_involved: bool | None = None, renewal_of: Contract | None = None, by: Actor, at: datetime,
) -> Contract:  # fmt: skip
    """Write down a contract with `account`, of `deal` where there is one; its steps of review with it.

    Effects: Contract, ContractStep, the event contract.added, an audit entry. Raises ContractRefused (422).
    """
    book = active().playbook
    if kind not in book.contracts.kinds:
        raise ContractRefused(f"“{kind[:40]}” is no kind of contract; choose {', '.join(book.contracts.kinds)}.", field="kind")
    if deal is not None and deal.account_id != account.pk:
        raise ContractRefused("This deal is with another account.", field="deal")
    name = said_text(name or f"{book.contracts.kinds[kind].title}, {account.name}", 200, "name", "Name the contract.")
    if renews and notice_days is None:
        notice_days = book.contracts.renewal.notice_days
    _days(effective_on, expires_on, renews=renews, notice_days=notice_days)
    with deed(by):
        row = Contract.objects.create(
            name=name, kind=kind, account=account, opportunity=deal, owner=owner or (deal.owner if deal else None),
            effective_on=effective_on, expires_on=expires_on, renews=renews, notice_days=notice_days if renews else None,
            amount_cents=amount_cents if amount_cents is not None else (deal.amount_cents if deal else None),
            currency=deal.currency if deal else "USD", renewal_of=renewal_of, playbook_hash=active().hash,
            phi_involved=phi_involved if phi_involved is not None else (deal.phi_involved if deal else True), **signature(by, at),
        )  # fmt: skip
        ContractStep.objects.bulk_create([ContractStep(contract=row, step=one.step, owner=row.owner if one.whose != "theirs" else None,
                                                       **signature(by, at)) for one in book.review.steps])  # fmt: skip
        tell("contract.added", row, {"kind": kind}, by=by, at=at)
    return row


@phi.texts("said", hold=False)
def change(contract: Contract, said: Mapping[str, Any], *, by: Actor, at: datetime) -> Contract:
    """Change what is said of a contract (CHANGEABLE). Of an executed one the owner alone, and whether it renews.

    Effects: the row with its history, the event contract.changed, an audit entry. Raises ContractRefused (422),
    ContractClosed.
    """
    if unknown := sorted(set(said) - set(CHANGEABLE)):
        raise ContractRefused(f"“{unknown[0][:40]}” is nothing one changes of a contract.", field=unknown[0][:40])
    with deed(by):
        row = locked(contract)
        if not row.is_open and set(said) - {"owner", "renews", "notice_days"}:
            raise ContractClosed
        if "name" in said:
            said = {**said, "name": said_text(said["name"], 200, "name", "Name the contract.")}
        before = {name: getattr(row, name) for name in said}
        for name, value in said.items():
            setattr(row, name, value)
        if row.renews and row.notice_days is None:
            row.notice_days = active().playbook.contracts.renewal.notice_days
        _days(row.effective_on, row.expires_on, renews=row.renews, notice_days=row.notice_days)
        changed = {name: [_plain(value), _plain(getattr(row, name))] for name, value in before.items() if value != getattr(row, name)}
        if changed:
            row.save(update_fields=[*said, "notice_days"])
            tell("contract.changed", row, {"changed": changed}, by=by, at=at)
    return row


def start_review(contract: Contract, *, by: Actor, at: datetime) -> Contract:
    """The legal review begins: its steps are due by the clock of the playbook, and the deal moves towards negotiation.

    Effects: state, review_at, the steps' due days, the event contract.review_started, the stage trigger (O8), an audit
    entry. One that is in review stays as it is. Raises ContractClosed.
    """
    with deed(by):
        row = open_one(contract)
        if row.review_at is not None:
            return row
        book, on = active().playbook.review, agreements.day(at)
        row.state, row.review_at = "in_review", at
        row.save(update_fields=["state", "review_at"])
        for step, due in rules.step_days(book, on).items():
            ContractStep.objects.filter(contract=row, step=step, due_on=None).update(due_on=due)
        days = {name: date.fromordinal(on.toordinal() + 7 * weeks).isoformat()
                for name, weeks in (("due_from", book.clock.weeks_from), ("due_to", book.clock.weeks_to))}  # fmt: skip
        event = tell("contract.review_started", row, {"kind": row.kind, **days}, by=by, at=at)
        if row.opportunity is not None and row.opportunity.is_open:
            stages.triggered(row.opportunity, "contract.review_started", by=by, at=at, event=event)
    return row


@phi.texts("why", hold=False)
def abandon(contract: Contract, *, why: str, by: Actor, at: datetime) -> Contract:
    """Let a contract that was not executed go. Effects: state, ended_why, contract.abandoned, an audit entry."""
    why = said_text(why, 500, "why", "Say why it is let go.")
    with deed(by):
        row = open_one(contract)
        row.state, row.ended_why, row.ended_on = "abandoned", why, agreements.day(at)
        row.save(update_fields=["state", "ended_why", "ended_on"])
        tell("contract.abandoned", row, {"why": why}, by=by, at=at)
    return row


@phi.texts("why", hold=False)
def end(contract: Contract, on: date, *, why: str, by: Actor, at: datetime) -> Contract:
    """End an executed contract; `on` is its last day. Effects: state, ended_on, contract.ended, an audit entry."""
    why = said_text(why, 500, "why", "Say why it ends.")
    with deed(by):
        row = locked(contract)
        if row.state != "executed":
            raise ContractRefused("Only an executed contract ends; let go of one that is not.", field="on")
        if row.executed_on and on < row.executed_on:
            raise ContractRefused("Its last day lies before it was executed.", field="on")
        row.state, row.ended_on, row.ended_why = "ended", on, why
        row.save(update_fields=["state", "ended_on", "ended_why"])
        tell("contract.ended", row, {"why": why}, by=by, at=at)
    return row


def _days(effective_on: date | None, expires_on: date | None, *, renews: bool, notice_days: int | None) -> None:
    if effective_on and expires_on and expires_on < effective_on:
        raise ContractRefused("It would end before it begins.", field="expires_on")
    if renews and expires_on is None:
        raise ContractRefused("Say when its term ends, or it cannot renew.", field="expires_on")
    if notice_days is not None and not 1 <= notice_days <= 730:
        raise ContractRefused("The notice is 1 to 730 days.", field="notice_days")


def _plain(value: Any) -> Any:
    if isinstance(value, User):
        return value.name
    return value.isoformat() if isinstance(value, date) else value
