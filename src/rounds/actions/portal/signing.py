"""Sign-off by a customer: a name, a moment, what stood above it, kept as evidence; and what follows from it.

A part of Rounds whose rows customers sign says so here: `@signable("poc", …)` above a function
(row, signed, *, by, at) that does what follows. The portal offers what `find` answers for the customer's own account.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from importlib import import_module
from typing import Any
from uuid import UUID

from rounds.actions.flow import events
from rounds.actions.flow.deeds import deed
from rounds.actions.trust import audit, phi
from rounds.kit.actor import Actor
from rounds.kit.refusal import Refusal
from rounds.models import SignOff, User
from rounds.models.base import signature

MODULES = ("customers.signed",)
"""Where the parts register theirs (below rounds.actions); imported when the first is asked."""


class SignatureRefused(Refusal):
    """This cannot be signed like this."""

    status = 422


class SignedAlready(Refusal):
    """This was signed already; what was signed stays."""


class NothingToSign(Refusal):
    """There is nothing here to sign."""

    status = 404


@dataclass(frozen=True, slots=True)
class ToSign:
    """Something that waits for a customer's word: the row, its name, the sentence, what they see above it."""

    row: Any
    about: str
    statement: str
    shown: Mapping[str, Any]
    opportunity: UUID | None = None


Find = Callable[[UUID, UUID], ToSign | None]
"""(account, key) → what is to be signed, if it is that account's own and ready."""
Does = Callable[..., None]


@dataclass(frozen=True, slots=True)
class Signable:
    kind: str
    title: str
    find: Find
    does: Does


SIGNABLE: dict[str, Signable] = {}


def signable(kind: str, title: str, *, find: Find) -> Callable[[Does], Does]:
    """Register the function as what follows when a customer signs a `kind`."""

    def keep(does: Does) -> Does:
        if kind in SIGNABLE:
            raise ValueError(f"{kind} is registered twice.")
        SIGNABLE[kind] = Signable(kind, title, find, does)
        return does

    return keep


@cache
def load() -> None:
    for name in MODULES:
        import_module(f"rounds.actions.{name}")


def waiting(account: UUID, kind: str, key: UUID) -> ToSign:
    """What `account` is asked to sign. Raises NothingToSign (404) where it is not its own, not there, or not ready."""
    load()
    found = SIGNABLE[kind].find(account, key) if kind in SIGNABLE else None
    if found is None:
        raise NothingToSign
    return found


@phi.texts("remark", "title", "name", hold=False)
def sign(kind: str, key: UUID, *, person: User, name: str, title: str = "", remark: str = "", accepted: bool, by: Actor,
         at: datetime) -> SignOff:  # fmt: skip
    """A portal user signs something of their account, or says what is missing. Call it in a sight that reaches the row.

    Effects: SignOff, what the part does with it, portal.signed, an audit entry. Raises NothingToSign (404),
    SignatureRefused (422), SignedAlready (409).
    """
    account = person.portal_account_id
    if account is None:
        raise NothingToSign
    if not 2 <= len(name.strip()) <= 120:
        raise SignatureRefused("Type your name, as you would sign.", field="name")
    if not accepted and not remark.strip():
        raise SignatureRefused("Say what is missing, so that it can be mended.", field="remark")
    with deed(by):
        there = SignOff.objects.filter(kind=kind, subject_id=key, account_id=account, accepted=True).first()
        if there is not None:
            raise SignedAlready
        found = waiting(account, kind, key)
        row = SignOff.objects.create(
            account_id=account, opportunity_key=found.opportunity, kind=kind, subject_id=key, accepted=accepted, about=found.about[:300],
            statement=found.statement, shown=dict(found.shown), name=name.strip(), title=title.strip()[:120], remark=remark.strip()[:2000],
            **signature(by, at),
        )  # fmt: skip
        SIGNABLE[kind].does(found.row, row, by=by, at=at)
        said = {"kind": kind, "about": row.about, "name": row.name, "accepted": accepted}
        events.record("portal.signed", said, by=by, at=at, account=account, opportunity=found.opportunity, subject=row.id)
        audit.note("portal.sign", by=by, at=at, kind=kind, subject=key, detail={"sign_off": str(row.id), "accepted": accepted})
    return row
