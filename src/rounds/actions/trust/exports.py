"""When a file may leave (SEC-08): the permission, the reason above some rows, and what is written into the file itself."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from rounds.access.allowed import may, need
from rounds.kit.refusal import Refusal
from rounds.models import Account, Contact, Lead, User
from rounds.models.flow.active import active

LONGEST = 500
"""Characters of a reason that are kept."""
ACCOUNT = {"account": "id", "contact": "account_id", "lead": "account_id"}
"""Noun → the column that says whose account a row of it tells of."""


class ReasonAsked(Refusal):
    """Say why you take so many records out; the reason is kept with your name."""

    status = 422
    field = "reason"


@dataclass(frozen=True, slots=True)
class Limits:
    """From how many rows on a reason is asked, and the permission for many."""

    reason_above: int
    many_above: int


def limits() -> Limits:
    """The limits in force (access/sign_in.yaml)."""
    said = active().playbook.sign_in.exports
    return Limits(int(said.reason_above.value), int(said.many_above.value))


def asks(user: User, rows: int) -> dict[str, Any]:
    """What taking `rows` rows out would ask of `user`: {"may", "too_many", "reason", "above", "most"} for the dialog."""
    said = limits()
    too_many = rows > said.many_above and not may(user, "records.export_many")
    some = may(user, "records.export")
    return {"may": some and not too_many, "too_many": some and too_many, "reason": rows > said.reason_above,
            "above": said.reason_above, "most": said.many_above}  # fmt: skip


def need_to_take(user: User, rows: int, reason: str = "") -> str:
    """Go on only if `user` may take `rows` rows out and says why where that is asked; the reason as it is kept.

    Raises NotAllowed, ReasonAsked.
    """
    said = limits()
    need(user, "records.export")
    if rows > said.many_above:
        need(user, "records.export_many")
    reason = " ".join(reason.split())[:LONGEST]
    if rows > said.reason_above and len(reason) < 3:
        raise ReasonAsked(f"{rows:,} rows are more than {said.reason_above:,}: say why they leave; the reason is kept with your name.")
    return reason


def told(rows: QuerySet, noun: str) -> tuple[list[UUID], list[UUID | None]]:
    """The ids of the rows of a list, in its order, and the accounts they tell of. One query."""
    path = ACCOUNT.get(noun)
    if path is None:
        return list(rows.values_list("id", flat=True)), []
    pairs = list(rows.values_list("id", path))
    return [key for key, _ in pairs], [account for _, account in pairs]


def accounts_of(kinds: Iterable[tuple[str, UUID]]) -> list[UUID | None]:
    """The accounts that records of several kinds tell of: ("account" | "contact" | "lead", id). At most two queries."""
    ids: dict[str, list[UUID]] = {}
    for kind, key in kinds:
        ids.setdefault(kind, []).append(key)
    found: list[UUID | None] = list(ids.get("account", ()))
    for kind, model in (("contact", Contact), ("lead", Lead)):
        if kind in ids:
            found += model._default_manager.filter(pk__in=ids[kind]).values_list("account_id", flat=True)
    return found


def with_its_unit(account: Account) -> list[UUID]:
    """An account and the buying unit it belongs to: what a brief tells of."""
    return [account.id, *([account.buying_unit_id] if account.buying_unit_id else [])]


def mark(user: User, scope: str, at: datetime) -> str:
    """What every line of a file carries, so that a stray copy is traced: the scope's hash, who took it, when (UTC)."""
    return f"{scope} · {user.name} · {at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
