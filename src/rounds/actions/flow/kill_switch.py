"""The kill switch: while it is on, nothing leaves the house. Who threw it, when and why is a row."""

from __future__ import annotations

import time
from datetime import datetime

from django.db import IntegrityError, connection, transaction

from rounds.access.allowed import need
from rounds.actions.flow import deliveries
from rounds.actions.flow.deeds import deed
from rounds.actions.trust import audit
from rounds.kit.actor import Actor
from rounds.kit.refusal import Refusal
from rounds.models import OutboundHold, User
from rounds.models.base import signature

REMEMBERED = 2.0
_asked: dict[str, tuple[float, OutboundHold | None]] = {}


class ReasonMissing(Refusal):
    """Say why; whoever wonders where their mail is reads it."""

    status = 422
    field = "reason"


class HeldAlready(Refusal):
    """Everything outbound is stopped already."""


class NotHeld(Refusal):
    """Nothing is stopped: what leaves is leaving."""


def hold(reason: str, *, by: Actor, at: datetime, user: User | None = None) -> OutboundHold:
    """Stop everything that would leave. Needs outward.hold where a person does it.

    Effects: OutboundHold, an audit entry; from the next sending on nothing leaves. Raises ReasonMissing, HeldAlready.
    """
    if user is not None:
        need(user, "outward.hold")
    if not reason.strip():
        raise ReasonMissing
    with deed(by):
        try:
            with transaction.atomic():
                row = OutboundHold.objects.create(reason=reason.strip()[:1000], **signature(by, at))
        except IntegrityError:
            raise HeldAlready from None
        audit.note("outward.hold", by=by, at=at, kind="outbound_hold", subject=row.id, detail={"reason": row.reason})
    _asked.clear()
    return row


def resume(reason: str, *, by: Actor, at: datetime, user: User | None = None) -> int:
    """Let things leave again; how many deliveries had waited. What is too old by now is not sent.

    Effects: the hold ends, held deliveries are due, jobs, an audit entry. Raises ReasonMissing, NotHeld.
    """
    if user is not None:
        need(user, "outward.hold")
    if not reason.strip():
        raise ReasonMissing
    with deed(by):
        row = OutboundHold.objects.select_for_update().filter(lifted_at=None).first()
        if row is None:
            raise NotHeld
        row.lifted_at, row.lifted_by, row.lifted_why = at, by.name, reason.strip()[:1000]
        row.save(update_fields=["lifted_at", "lifted_by", "lifted_why"])
        waited = deliveries.let_go(at=at)
        said = {"reason": row.lifted_why, "waited": waited}
        audit.note("outward.resume", by=by, at=at, kind="outbound_hold", subject=row.id, detail=said)
    _asked.clear()
    return waited


def held() -> OutboundHold | None:
    """The hold that is on, asked of the database: before every sending."""
    return OutboundHold.objects.filter(lifted_at=None).first()


def is_held() -> bool:
    """Whether everything outbound is stopped."""
    return held() is not None


def shown() -> OutboundHold | None:
    """What pages say of it: asked again every few seconds only, because each page asks."""
    name, moment = connection.settings_dict["NAME"], time.monotonic()
    asked, found = _asked.get(name, (-REMEMBERED, None))
    if moment - asked >= REMEMBERED:
        found = held()
        _asked[name] = (moment, found)
    return found
