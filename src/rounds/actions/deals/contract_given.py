"""What every deed of a contract shares: how it is found and locked, told, and refused."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from rounds.actions.flow import events
from rounds.actions.trust import audit
from rounds.kit.actor import Actor
from rounds.kit.refusal import Refusal
from rounds.models import Contract, Event


class ContractRefused(Refusal):
    """A contract that cannot be written down like this."""

    status = 422


class ContractClosed(Refusal):
    """This contract is executed, ended or abandoned: it stays as it is. Add an amendment or a renewal instead."""


def locked(contract: Contract) -> Contract:
    """The row, locked until the deed is done."""
    rows = Contract.objects.select_for_update(of=("self",))
    return rows.select_related("account", "opportunity", "owner").get(pk=contract.pk)


def open_one(contract: Contract) -> Contract:
    """The locked row of one that is not executed yet. Raises ContractClosed (409)."""
    row = locked(contract)
    if not row.is_open:
        raise ContractClosed
    return row


def tell(kind: str, contract: Contract, said: dict[str, Any], *, by: Actor, at: datetime) -> Event:
    """The event on the contract, its deal and its account, and an audit entry of the same name."""
    event = events.record(kind, {"name": contract.name, **said}, by=by, at=at, account=contract.account_id,
                          opportunity=contract.opportunity_id, subject=contract.id)  # fmt: skip
    audit.note(kind, by=by, at=at, kind="contract", subject=contract.id, detail=said)
    return event


def said_text(text: str, most: int, field: str, wants: str = "") -> str:
    """A text of at most `most` letters; with `wants`, one that must be there. Raises ContractRefused (422)."""
    text = text.strip()
    if wants and not text:
        raise ContractRefused(wants, field=field)
    if len(text) > most:
        raise ContractRefused(f"That is longer than {most:,} letters; say it shorter.", field=field)
    return text
