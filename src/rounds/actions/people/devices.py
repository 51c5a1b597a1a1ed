"""Recognised browsers: one that logged in whole and asked to be recognised; longer sessions, failures of its own count.

It never stands in for a second factor.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime

from django.db.models import Q, QuerySet

from rounds.actions.flow.deeds import deed
from rounds.actions.people import sessions
from rounds.actions.trust import audit
from rounds.kit.actor import Actor
from rounds.models import Device, Session, User


def recognise(user: User, *, agent: str, at: datetime) -> tuple[Device, str]:
    """Recognise this browser from now on; the row and the cookie (256 bits), of which a digest is kept.

    Effects: Device, an audit entry.
    """
    cookie = secrets.token_urlsafe(32)
    with deed(user.actor):
        row = Device.objects.create(user=user, digest=_digest(cookie), agent=agent[:300], first_at=at, seen_at=at)
        audit.note("device.recognise", by=user.actor, at=at, kind="user", subject=user.id, detail={"device": str(row.id)})
    return row, cookie


def recognised(cookie: str, *, at: datetime) -> Device | None:
    """The device of a cookie while it is recognised: not forgotten, not older than the playbook says."""
    rows = Device.objects.filter(forgotten_at=None, first_at__gt=at - sessions.limits().recognised.span)
    return rows.filter(digest=_digest(cookie)).first()


def of(user: User, *, at: datetime) -> QuerySet[Device]:
    """The browsers `user` is recognised on, last used first."""
    since = at - sessions.limits().recognised.span
    return Device.objects.filter(user=user, forgotten_at=None, first_at__gt=since).order_by("-seen_at")


def forget(device: Device, *, by: Actor, at: datetime) -> None:
    """Do not recognise a browser any more; its sessions go on as on any other. Effects: Device, Session, audit."""
    with deed(by):
        Device.objects.filter(pk=device.pk).update(forgotten_at=at)
        Session.objects.filter(device=device, ended_at=None).update(device=None)
        detail = {"device": str(device.id)}
        audit.note("device.forget", by=by, at=at, kind="user", subject=device.user_id, detail=detail)


def drop_old(*, at: datetime) -> int:
    """Drop the rows of browsers that are not recognised any more; how many."""
    gone = Q(first_at__lte=at - sessions.limits().recognised.span) | Q(forgotten_at__isnull=False)
    return Device.objects.filter(gone).delete()[0]


def _digest(cookie: str) -> bytes:
    return hashlib.sha256(cookie.encode()).digest()
