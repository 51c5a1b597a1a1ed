"""Sessions: how long they last, what keeps them alive, how they end."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from rounds.models import Session
from rounds.models.flow.active import active
from rounds.playbook.shapes.access import Sessions

TOUCHED_EVERY = timedelta(seconds=30)
"""How exact `seen_at` is: a busy page writes it once in this time."""


def limits() -> Sessions:
    """The limits in force (access/sign_in.yaml)."""
    return active().playbook.sign_in.sessions


def ended_by(row: Session, at: datetime) -> str:
    """Why a session is over at `at`: "absolute" or "idle"; "" while it goes on."""
    if row.user_id is None:
        return ""
    said = limits()
    if at - row.began_at >= said.absolute.span:
        return "absolute"
    idle = said.idle if row.device_id else said.unrecognised_idle
    return "idle" if at - row.seen_at >= idle.span else ""


def touch(row: Session, *, at: datetime) -> None:
    """Note that the person did something, at most once in TOUCHED_EVERY. Effects: seen_at."""
    if at - row.seen_at >= TOUCHED_EVERY:
        Session.objects.filter(pk=row.pk, ended_at=None).update(seen_at=at)


def end(sessions: Any, *, why: str, at: datetime) -> int:
    """End sessions (a queryset) now; how many. The rows stay for the list until retention drops them."""
    return sessions.filter(ended_at=None).update(ended_at=at, ended_why=why, session_data="")
