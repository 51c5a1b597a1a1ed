"""People: added, changed, sent away."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError

from rounds.access.roles import all_roles
from rounds.actions.flow.deeds import deed
from rounds.actions.trust import audit
from rounds.kit.actor import Actor
from rounds.kit.refusal import Refusal
from rounds.models import Account, Team, User
from rounds.models.people.users import THEMES


class PersonRefused(Refusal):
    """A person who cannot be added or changed like this."""

    status = 422


def add(email: str, name: str, *, role: str = "ae", by: Actor, at: datetime, team: Team | None = None,
        portal_account: Account | None = None, territories: list[str] | None = None) -> User:  # fmt: skip
    """Add a person without a password: the first log-in is by link. Effects: User, an audit entry."""
    email = email.strip().lower()
    if "@" not in email or any(c.isspace() for c in email):
        raise PersonRefused(f"“{email}” is not an e-mail address.", field="email")
    if role not in all_roles().roles:
        raise PersonRefused(f"role must be one of: {', '.join(all_roles().roles)}.", field="role")
    try:
        with deed(by):
            user = User(email=email, name=name.strip(), role=role, team=team, portal_account=portal_account,
                        territories=territories or [], joined_at=at)  # fmt: skip
            user.set_unusable_password()
            user.save(force_insert=True)
            audit.note("user.add", by=by, at=at, kind="user", subject=user.id, detail={"role": role})
    except IntegrityError as error:
        if "email" not in str(error):
            raise
        raise PersonRefused(f"{email} is there already.", field="email") from error
    return user


def prefer(user: User, *, theme: str | None = None, single_keys: bool | None = None) -> User:
    """Keep a person's own choices. Effects: the row."""
    if theme is not None:
        if theme not in dict(THEMES):
            raise PersonRefused("The theme is system, light or dark.", field="theme")
        user.theme = theme
    if single_keys is not None:
        user.single_keys = single_keys
    user.save(update_fields=["theme", "single_keys"])
    return user


def deactivate(user: User, *, by: Actor, at: datetime, reason: str) -> User:
    """Send a person away: log-ins, tokens and sessions die with it. Effects: is_active, tokens revoked, audit."""
    if not reason.strip():
        raise PersonRefused("Say why: the reason is kept.", field="reason")
    with deed(by):
        user.is_active = False
        user.save(update_fields=["is_active"])
        user.tokens.filter(revoked_at=None).update(revoked_at=at)
        detail: dict[str, Any] = {"reason": reason}
        audit.note("user.deactivate", by=by, at=at, kind="user", subject=user.id, detail=detail)
    return user


def colleague(said: str) -> User:
    """The active person of an id or an e-mail address. Raises PersonRefused."""
    said = said.strip().lower()
    try:
        asked = {"pk": UUID(said)}
    except ValueError:
        asked = {"email": said}
    person = User.objects.filter(is_active=True, **asked).first()
    if person is None:
        raise PersonRefused("Nobody active here has that id or e-mail address.", field="owner")
    return person
