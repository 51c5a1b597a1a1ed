"""Legal holds: what must not go, whoever asks. The database holds them as well (models/ground/holds.sql)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import connection

from rounds.actions.flow.deeds import OnHold, deed
from rounds.actions.trust import audit
from rounds.kit.actor import Actor
from rounds.kit.refusal import Refusal
from rounds.models import Account, Contact, Contract, Lead, LegalHold, Opportunity, User
from rounds.models.base import signature

KINDS: dict[str, str] = {"account": "Account", "contact": "Contact", "lead": "Lead", "contract": "Contract", "user": "Person of the workspace",
                         "everything": "Everything"}  # fmt: skip
"""What can be held → what it is called. A hold on an account holds everything below it, its deals and contracts too."""
MODELS = {"account": Account, "contact": Contact, "lead": Lead, "contract": Contract, "user": User}
Held = Account | Contact | Lead | Contract | Opportunity | User
LONGEST = 1000


class HoldRefused(Refusal):
    """A hold that cannot be set or lifted like this."""

    status = 422


def place(kind: str, subject: UUID | None, *, reason: str, by: Actor, at: datetime) -> LegalHold:
    """Hold `subject` of `kind` (a key of KINDS; no subject for everything) from now on.

    Effects: LegalHold, an audit entry. Raises HoldRefused (422) without a reason, of what is not there or is held.
    """
    reason = reason.strip()[:LONGEST]
    if kind not in KINDS:
        raise HoldRefused(f"“{kind[:40]}” cannot be held; choose from {', '.join(KINDS)}.", field="kind")
    if not reason:
        raise HoldRefused("Say why it is held: the matter, and who asked for it.", field="reason")
    with deed(by):
        label = _label(kind, subject)
        if LegalHold.objects.filter(kind=kind, subject_id=subject, lifted_at=None).exists():
            raise HoldRefused(f"{label} is on hold already.", field="subject")
        hold = LegalHold.objects.create(kind=kind, subject_id=subject, label=label, reason=reason, **signature(by, at))
        audit.note("hold.set", by=by, at=at, kind=kind, subject=subject, detail={"hold": str(hold.id), "reason": reason})
    return hold


def _label(kind: str, subject: UUID | None) -> str:
    if kind == "everything":
        if subject is not None:
            raise HoldRefused("Everything has no subject.", field="subject")
        return KINDS[kind]
    row = MODELS[kind].objects.filter(pk=subject).first()
    if row is None:
        raise HoldRefused(f"There is no such {kind}; open it and set the hold there.", field="subject")
    return str(row.name)


def lift(hold: LegalHold, *, reason: str, by: Actor, at: datetime) -> LegalHold:
    """Let go of what was held. Effects: lifted_at, lifted_by, lifted_why; an audit entry, without which the database
    undoes it. Raises HoldRefused (422) without a reason, or when it was lifted already."""
    reason = reason.strip()[:LONGEST]
    if not reason:
        raise HoldRefused("Say why the hold ends, and who decided it.", field="reason")
    with deed(by):
        hold = LegalHold.objects.select_for_update().get(pk=hold.pk)
        if hold.lifted_at is not None:
            raise HoldRefused(f"The hold on {hold.label} was lifted by {hold.lifted_by} already.")
        hold.lifted_at, hold.lifted_by, hold.lifted_why = at, by.name, reason
        hold.save(update_fields=["lifted_at", "lifted_by", "lifted_why"])
        audit.note("hold.lift", by=by, at=at, kind="hold", subject=hold.id,
                   detail={"held": str(hold.subject_id or hold.kind), "reason": reason})  # fmt: skip
    return hold


def held(kind: str, ids: Iterable[UUID]) -> set[UUID]:
    """Those of `ids` that are held: by a hold of their own, by one on an account above them, or by one on everything."""
    asked = set(ids)
    with connection.cursor() as cursor:
        cursor.execute("SELECT rounds_all_held()")
        if cursor.fetchone()[0]:
            return asked
        cursor.execute("SELECT id FROM rounds_held() WHERE kind = %s AND id = ANY(%s)", [kind, list(asked)])
        return {row for (row,) in cursor.fetchall()}


def need_free(kind: str, ids: Iterable[UUID]) -> None:
    """Go on only if none of `ids` is held. Raises OnHold (409)."""
    if found := held(kind, ids):
        how_many = f"{len(found)} of these are" if len(found) > 1 else "This is"
        raise OnHold(f"{how_many} on legal hold and cannot go. Lift the hold first, if it is over.")


def over(kind: str, row: Held) -> LegalHold | None:
    """The oldest open hold that holds `row`, its own or one above it; None where it is free. For the banner."""
    if not LegalHold.objects.filter(lifted_at=None).exists() or not held(kind, [row.pk]):
        return None
    opened = LegalHold.objects.filter(lifted_at=None).order_by("at")
    return opened.filter(subject_id__in=_above(kind, row)).first() or opened.filter(kind="everything").first()


def _above(kind: str, row: Held) -> set[UUID]:
    """The row itself and every account above it; of a deal also its lead and its contact."""
    found = {row.pk}
    ups = {row.parent_id, row.buying_unit_id} if kind == "account" else set()
    if kind in ("contact", "lead"):
        ups = {row.account_id, row.buying_unit_id}
    if kind == "contract":
        ups = {row.account_id}
    if kind == "opportunity":
        found |= {row.lead_id, row.contact_id} - {None}
        ups = {row.account_id, row.buying_unit_id}
    while ups := ups - found - {None}:
        found |= ups
        pairs = Account.objects.filter(pk__in=ups).values_list("parent_id", "buying_unit_id")
        ups = {key for pair in pairs for key in pair}
    return found
