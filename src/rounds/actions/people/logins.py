"""Logging in by a one-time link: made for a person, used once, kept only as a digest."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from django.db.models import QuerySet

from rounds.access.roles import role_of
from rounds.actions.flow.deeds import deed
from rounds.actions.trust import audit
from rounds.kit.actor import Actor
from rounds.kit.refusal import Refusal
from rounds.models import LoginLink, User
from rounds.models.flow.active import active

LOGIN, INVITATION = "login", "invitation"


class LinkSpent(Refusal):
    """This log-in link was used already or is too old. Ask for a new one."""

    status = 403


class NeverLogsIn(Refusal):
    """A service account holds tokens and never logs in. Make it a token instead."""

    status = 422


def logs_in(user: User) -> bool:
    """Whether `user` is somebody who may log in at all: active, and a person, not a service."""
    return user.is_active and role_of(user).audience != "service"


def make_link(
    user: User, *, by: Actor, at: datetime, purpose: str = LOGIN, good_for: timedelta | None = None
) -> str:
    """A token (256 bits) that logs `user` in once, within `good_for` or what access/sign_in.yaml says of its purpose.

    Effects: LoginLink, an audit entry. Raises NeverLogsIn.
    """
    if not logs_in(user):
        raise NeverLogsIn if user.is_active else NeverLogsIn(f"{user.name} has left; invite them again first.")
    token = secrets.token_urlsafe(32)
    with deed(by):
        LoginLink.objects.create(user=user, digest=_digest(token), purpose=purpose,
                                 expires_at=at + (good_for or lasts(purpose)))  # fmt: skip
        audit.note(f"{purpose}.link", by=by, at=at, kind="user", subject=user.id)
    return token


def lasts(purpose: str) -> timedelta:
    """How long a link of `purpose` is good for (access/sign_in.yaml)."""
    links = active().playbook.sign_in.links
    return (links.invitation if purpose == INVITATION else links.login).span


def use_link(token: str, *, at: datetime) -> User:
    """The person the token logs in; spends it. Raises LinkSpent. Effects: used_at, joined_at the first time, audit."""
    link = (
        LoginLink.objects.select_for_update(of=("self",)).select_related("user").filter(digest=_digest(token)).first()
    )
    if link is None or link.used_at is not None or link.expires_at <= at or not logs_in(link.user):
        raise LinkSpent
    link.used_at = at
    link.save(update_fields=["used_at"])
    user = link.user
    if user.joined_at is None:
        user.joined_at = at
        user.save(update_fields=["joined_at"])
    audit.note("login.by_link", by=user.actor, at=at, kind="user", subject=user.id, detail={"purpose": link.purpose})
    return user


def first_page(user: User) -> str:
    """Where somebody goes first who has just logged in by a link: who was invited and has no password yet chooses one."""
    if user.has_usable_password():
        return "/"
    invited = LoginLink.objects.filter(user=user, purpose=INVITATION, used_at__isnull=False).exists()
    return "/me/password/" if invited else "/"


def open_links(user: User, *, at: datetime) -> QuerySet[LoginLink]:
    """The links that would still log `user` in."""
    return LoginLink.objects.filter(user=user, used_at=None, expires_at__gt=at)


def spend_links(user: User, *, at: datetime) -> int:
    """End the open links of `user`; how many."""
    return open_links(user, at=at).update(expires_at=at)


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
