"""Invitations: somebody is written down and gets a link that is good for days; it can be renewed or withdrawn."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from rounds.actions.flow.deeds import deed
from rounds.actions.people import logins, users
from rounds.actions.trust import audit
from rounds.kit.actor import Actor
from rounds.kit.refusal import Refusal
from rounds.models import User


class NotInvited(Refusal):
    """This person has joined already. Make a log-in link instead."""


class HasNotLeft(Refusal):
    """This person is still here."""


def invite(email: str, name: str, *, by: Actor, at: datetime, **said: Any) -> tuple[User, str]:
    """Write somebody down (`said` as users.enrol takes it) and make the link of their first log-in: (person, token).

    The token is shown once and kept as a digest; it is "" for a service, which never logs in and counts as joined.
    Effects: User, LoginLink, audit entries. Raises PersonRefused.
    """
    with deed(by):
        user = users.enrol(email, name, joined_at=None, by=by, at=at, **said)
        if not logins.logs_in(user):
            user.joined_at = at
            user.save(update_fields=["joined_at"])
            return user, ""
        return user, logins.make_link(user, by=by, at=at, purpose=logins.INVITATION)


def renew(user: User, *, by: Actor, at: datetime) -> str:
    """A new link for somebody who has not joined yet; the one before opens nothing from now on. Raises NotInvited."""
    with deed(by):
        user = User.objects.select_for_update(of=("self",)).get(pk=user.pk)
        if user.joined_at is not None or not user.is_active:
            raise NotInvited("" if user.is_active else "This invitation was withdrawn. Invite them again.")
        logins.spend_links(user, at=at)
        return logins.make_link(user, by=by, at=at, purpose=logins.INVITATION)


def withdraw(user: User, *, by: Actor, at: datetime) -> User:
    """Take an invitation back: its link opens nothing. The row stays, because the audit trail names it.

    Effects: links spent, is_active, left_at, an audit entry. Raises NotInvited.
    """
    with deed(by):
        user = User.objects.select_for_update(of=("self",)).get(pk=user.pk)
        if user.joined_at is not None:
            raise NotInvited("This person has joined already. Send them away instead.")
        if user.is_active:
            logins.spend_links(user, at=at)
            user.is_active, user.left_at = False, at
            user.save(update_fields=["is_active", "left_at"])
            audit.note("invitation.withdraw", by=by, at=at, kind="user", subject=user.id)
    return user


def reinstate(user: User, *, by: Actor, at: datetime) -> str:
    """Invite somebody again who has left: the same row, a new link, a new password. Raises HasNotLeft.

    What was handed over stays with its heir until the handover is undone. Effects: is_active, left_at, joined_at, a
    LoginLink, audit entries.
    """
    with deed(by):
        user = User.objects.select_for_update(of=("self",)).get(pk=user.pk)
        if user.is_active:
            raise HasNotLeft
        user.is_active, user.left_at, user.joined_at = True, None, None
        user.set_unusable_password()
        if not logins.logs_in(user):
            user.joined_at = at
        user.save(update_fields=["is_active", "left_at", "joined_at", "password"])
        audit.note("user.reinstate", by=by, at=at, kind="user", subject=user.id, detail={"role": user.role})
        return logins.make_link(user, by=by, at=at, purpose=logins.INVITATION) if logins.logs_in(user) else ""


def open_until(user: User, *, at: datetime) -> datetime | None:
    """When the open invitation of `user` ends; None where none is open."""
    links = logins.open_links(user, at=at).filter(purpose=logins.INVITATION)
    return links.order_by("-expires_at").values_list("expires_at", flat=True).first()
