"""What a signature service tells us: signed messages that may come twice, late, or in the wrong order."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import F

from rounds.actions.deals import contract_execution
from rounds.actions.deals.contract_given import ContractRefused
from rounds.actions.flow.deeds import deed
from rounds.actions.trust import agreements, audit
from rounds.kit import webhooks
from rounds.kit.actor import Actor
from rounds.kit.refusal import Refusal
from rounds.models import Contract, ContractSignature, SignatureHook, SignatureMessage
from rounds.models.base import signature


class HookUnknown(Refusal):
    """Nobody is told anything here."""

    status = 404


class NotSigned(Refusal):
    """This message is not signed with the secret of this address, or it is older than five minutes."""

    status = 401


def add(name: str, *, by: Actor, at: datetime) -> tuple[SignatureHook, str]:
    """Open an address for a signature service: (it, its secret, shown once). Effects: SignatureHook, an audit entry."""
    name = name.strip()[:80]
    if not name:
        raise ContractRefused("Name the service.", field="name")
    secret = secrets.token_urlsafe(32)
    with deed(by):
        row = SignatureHook.objects.create(key=secrets.token_hex(8), name=name, secret=secret, **signature(by, at))
        audit.note("signature_hook.add", by=by, at=at, kind="signature_hook", subject=row.id, detail={"name": name})
    return row, secret


def end(hook: SignatureHook, *, by: Actor, at: datetime) -> SignatureHook:
    """Close the address; what comes there is refused. Effects: ended_at, an audit entry."""
    with deed(by):
        if hook.ended_at is None:
            hook.ended_at = at
            hook.save(update_fields=["ended_at"])
            audit.note("signature_hook.end", by=by, at=at, kind="signature_hook", subject=hook.id, detail={"name": hook.name})
    return hook


def found(key: str) -> SignatureHook:
    """The open address of that key. Raises HookUnknown (404)."""
    row = SignatureHook.objects.filter(key=key, ended_at=None).first()
    if row is None:
        raise HookUnknown
    return row


def need_signature(hook: SignatureHook, body: bytes, header: str, *, at: datetime) -> None:
    """Go on only with a message signed by this service. Raises NotSigned (401)."""
    if not webhooks.verified(body, header, [hook.secret.encode()], at=at):
        raise NotSigned


def note_message(hook: SignatureHook, said: Mapping[str, Any], outcome: str, says: str, *, contract: Contract | None = None, at: datetime) -> SignatureMessage:
    """Keep that a message came and what it did: `outcome` taken, known or refused. Effects: SignatureMessage."""
    by = Actor("integration", hook.id, hook.name)
    return SignatureMessage.objects.create(hook=hook, event_id=str(said.get("event_id", ""))[:200], side=str(said.get("side", ""))[:20], contract=contract,
                                           outcome=outcome, says=says[:500], **signature(by, at))  # fmt: skip


def note_unsigned(hook: SignatureHook, *, at: datetime) -> None:
    """Count a message that was not signed with the secret. Effects: unsigned, unsigned_at."""
    SignatureHook.objects.filter(pk=hook.pk).update(unsigned=F("unsigned") + 1, unsigned_at=at)


def receive(hook: SignatureHook, said: Mapping[str, Any], *, at: datetime) -> tuple[ContractSignature, bool]:
    """Take one message: {event_id, contract, side, name, title?, on?, sha256?}: (the signature, whether it is new). The
    same event, or the same side, again answers what is there.

    Effects: those of contract_execution.sign, by the service; a SignatureMessage. Raises ContractRefused (422).
    """
    by = Actor("integration", hook.id, hook.name)
    event = str(said.get("event_id", ""))[:200]
    if not event:
        raise ContractRefused("A message carries the service's own event_id.", field="event_id")
    known = f"{hook.key}:{event}"
    there = ContractSignature.objects.filter(event_id=known).first()
    if there is not None:
        note_message(hook, said, "known", "This event came before", contract=there.contract, at=at)
        return there, False
    contract = _contract(said.get("contract"))
    sha256 = str(said.get("sha256", "")).lower()
    if sha256 and not re.fullmatch(r"[0-9a-f]{64}", sha256):
        raise ContractRefused("sha256 has 64 signs from 0 to f.", field="sha256")
    with deed(by):
        row = contract_execution.sign(
            contract, side=str(said.get("side", "")), name=str(said.get("name", "")), title=str(said.get("title", "")),
            on=_day(said.get("on"), at), source=hook.name, event_id=known, sha256=sha256, by=by, at=at,
        )  # fmt: skip
        new = row.event_id == known
        SignatureHook.objects.filter(pk=hook.pk).update(last_at=at, last_said=f"{row.name} signed {contract.name}"[:200])
        says = f"{row.name} signed {contract.name}" if new else f"{row.name} had signed {contract.name} already"
        note_message(hook, said, "taken" if new else "known", says, contract=contract, at=at)
    return row, new


def _contract(said: Any) -> Contract:
    try:
        row = Contract.objects.filter(pk=UUID(str(said))).first()
    except ValueError:
        row = None
    if row is None:
        raise ContractRefused("There is no contract of this id.", field="contract")
    return row


def _day(said: Any, at: datetime) -> date:
    try:
        return date.fromisoformat(str(said)[:10]) if said else agreements.day(at)
    except ValueError:
        raise ContractRefused("Write the day as 2026-11-30.", field="on") from None
