"""Logging in by a one-time link: made for a person, used once, kept only as a digest."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from rounds.actions.flow.deeds import deed
from rounds.actions.trust import audit
from rounds.kit.actor import Actor
from rounds.kit.refusal import Refusal
from rounds.models import LoginLink, User

GOOD_FOR = timedelta(minutes=30)


class LinkSpent(Refusal):
    """This log-in link was used already or is too old. Ask for a new one."""

    status = 403


def make_link(user: User, *, by: Actor, at: datetime, good_for: timedelta = GOOD_FOR) -> str:
    """A token (256 bits) that logs `user` in once within `good_for`. Effects: LoginLink, an audit entry."""
    token = secrets.token_urlsafe(32)
    with deed(by):
        LoginLink.objects.create(user=user, digest=_digest(token), expires_at=at + good_for)
        audit.note("login.link", by=by, at=at, kind="user", subject=user.id)
    return token


def use_link(token: str, *, at: datetime) -> User:
    """The person the token logs in; spends it. Raises LinkSpent. Effects: used_at, an audit entry."""
    link = (
        LoginLink.objects.select_for_update(of=("self",)).select_related("user").filter(digest=_digest(token)).first()
    )
    if link is None or link.used_at is not None or link.expires_at <= at or not link.user.is_active:
        raise LinkSpent
    link.used_at = at
    link.save(update_fields=["used_at"])
    audit.note("login.by_link", by=link.user.actor, at=at, kind="user", subject=link.user_id)
    return link.user


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
