"""Sessions: how long they last, what keeps them alive, how they end."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet

from rounds.actions.flow.deeds import deed
from rounds.actions.trust import audit
from rounds.kit.actor import Actor
from rounds.kit.refusal import Refusal
from rounds.models import Device, Session, User
from rounds.models.flow.active import active
from rounds.playbook.shapes.access import Sessions

TOUCHED_EVERY = timedelta(seconds=30)
"""How exact `seen_at` is: a busy page writes it once in this time."""


AHEAD = timedelta(minutes=5)
"""How far in the future a kept moment may stand, because machines' clocks differ; further, a clock was wrong."""
KEPT = timedelta(days=90)
"""How long the row of an ended session stays, for the list and for whoever looks into an incident."""


class SessionRefused(Refusal):
    """Sessions that cannot be ended like this."""

    status = 422


def limits() -> Sessions:
    """The limits in force (access/sign_in.yaml)."""
    return active().playbook.sign_in.sessions


def ended_by(row: Session, at: datetime) -> str:
    """Why a session is over at `at`: "absolute", "idle" or "clock"; "" while it goes on."""
    if row.user_id is None:
        return ""
    said = limits()
    if max(row.began_at, row.seen_at) - at > AHEAD:  # written while a clock was wrong: it would last for who knows how long
        return "clock"
    if at - row.began_at >= said.absolute.span:
        return "absolute"
    idle = said.idle if row.device_id else said.unrecognised_idle
    return "idle" if at - row.seen_at >= idle.span else ""


def touch(row: Session, *, at: datetime) -> None:
    """Note that the person did something, at most once in TOUCHED_EVERY. Effects: seen_at.

    Who comes back after the idle time of sensitive pages has to prove who they are before the next of those: what stood
    open at an empty desk is not made safe again by opening another page.
    """
    if at - row.seen_at < TOUCHED_EVERY:
        return
    moved: dict[str, Any] = {"seen_at": at}
    if at - max(row.seen_at, row.proved_at or row.began_at) >= limits().sensitive_idle.span:
        moved["proved_at"] = None
    Session.objects.filter(pk=row.pk, ended_at=None).update(**moved)


def proof_needed(row: Session | None, at: datetime) -> bool:
    """Whether a sensitive page asks who is there: nothing proved since the last idle time, or idle too long now."""
    if row is None or row.proved_at is None:
        return True
    return at - max(row.seen_at, row.proved_at) >= limits().sensitive_idle.span


def proved_lately(row: Session | None, at: datetime) -> bool:
    """Whether a password, key or code was given in the last minutes (`step_up`)."""
    return row is not None and row.proved_at is not None and -AHEAD <= at - row.proved_at < limits().step_up.span


def begin(row: Session, user: User, *, ways: list[str], device: Device | None, ip: str, agent: str, at: datetime) -> None:
    """Say of a session that has just begun how and where `user` logged in. Effects: Session, Device, User, audit (read).

    The note stands in the chain of reads: a log-in changes nothing, and the lock of the write chain must not stop one.
    """
    row.device, row.factors, row.ip, row.agent = device, ways, ip, agent[:300]
    row.save(update_fields=["device", "factors", "ip", "agent"])
    if device is not None:
        Device.objects.filter(pk=device.pk).update(seen_at=at)
    User.objects.filter(pk=user.pk).update(seen_at=at)
    detail = {"session": str(row.id), "factors": ways, "ip": ip, "recognised": device is not None}
    audit.note_read("login", by=user.actor, at=at, kind="user", subject=user.id, detail=detail)


def note_out(row: Session, *, by: Actor, at: datetime) -> None:
    """Note that somebody logs out of a session. Effects: an audit entry."""
    audit.note_read("logout", by=by, at=at, kind="user", subject=row.user_id, detail={"session": str(row.id)})


def prove(row: Session, way: str, *, by: Actor, at: datetime) -> None:
    """The person has shown again who they are. Effects: proved_at, an audit entry."""
    Session.objects.filter(pk=row.pk, ended_at=None).update(proved_at=at, seen_at=at)
    row.proved_at = row.seen_at = at
    audit.note_read("step_up", by=by, at=at, kind="user", subject=row.user_id, detail={"session": str(row.id), "way": way})


def end(sessions: Any, *, why: str, at: datetime) -> int:
    """End sessions (a queryset) now; how many. The rows stay for the list until they are dropped."""
    return sessions.filter(ended_at=None).update(ended_at=at, ended_why=why, session_data="")


def end_these(user: User, rows: QuerySet[Session], *, by: Actor, at: datetime, reason: str = "") -> int:
    """End some sessions of `user`: their own doing, or an admin's, who says why; how many. Effects: Session, audit."""
    if by.id != user.id and not reason.strip():
        raise SessionRefused("Say why: the reason is kept.", field="reason")
    with deed(by):
        which = [str(key) for key in rows.filter(user=user, ended_at=None).values_list("id", flat=True)]
        ended = end(Session.objects.filter(pk__in=which), why="ended by its person" if by.id == user.id else "ended by an admin", at=at)
        if ended:
            detail = {"sessions": which} | ({"reason": reason} if reason else {})
            audit.note("session.end", by=by, at=at, kind="user", subject=user.id, detail=detail)
    return ended


def end_all(user: User, *, by: Actor, at: datetime, reason: str = "", keep: Session | None = None) -> int:
    """End every session of `user` but `keep`; how many."""
    return end_these(user, Session.objects.exclude(pk=keep.pk if keep else None), by=by, at=at, reason=reason)


def open_of(user: User, *, at: datetime) -> list[Session]:
    """The sessions of `user` that go on, last used first; those a limit has ended are left out."""
    rows = Session.objects.filter(user=user, ended_at=None, expire_date__gt=at).select_related("device").order_by("-seen_at")
    return [row for row in rows if not ended_by(row, at)]


def drop_old(*, at: datetime) -> int:
    """Drop sessions that ended long ago, and those nobody logged in to; how many."""
    nobody = Q(user=None, expire_date__lte=at)
    return Session.objects.filter(nobody | Q(ended_at__lt=at - KEPT) | Q(expire_date__lt=at - KEPT)).delete()[0]
