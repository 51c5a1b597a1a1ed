"""People: added, changed, found. Inviting, leaving and passwords have files of their own."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError

from rounds.access.roles import all_roles
from rounds.actions.flow.deeds import deed
from rounds.actions.people import admins, sessions
from rounds.actions.trust import audit
from rounds.kit.actor import Actor
from rounds.kit.refusal import Refusal
from rounds.kit.zones import is_zone
from rounds.models import Account, Session, Team, User
from rounds.models.flow.active import active
from rounds.models.people.users import THEMES

LONGEST_NAME, LONGEST_EMAIL = 200, 254


class PersonRefused(Refusal):
    """A person who cannot be added or changed like this."""

    status = 422


class NotYourOwn(Refusal):
    """Nobody changes their own role, team or territories. Ask another admin."""

    status = 403


def add(email: str, name: str, *, by: Actor, at: datetime, **said: Any) -> User:
    """Add a person without a password who has joined: the first log-in is by link. `said` as `enrol` takes it."""
    return enrol(email, name, joined_at=at, by=by, at=at, **said)


def enrol(email: str, name: str, *, joined_at: datetime | None, by: Actor, at: datetime, role: str = "ae",
          team: Team | None = None, territories: Iterable[str] | None = None,
          portal_account: Account | None = None) -> User:  # fmt: skip
    """Write a person down, joined or (None) only invited. Effects: User, an audit entry. Raises PersonRefused."""
    email = email.strip().lower()
    if "@" not in email[1:-1] or any(c.isspace() for c in email) or len(email) > LONGEST_EMAIL:
        raise PersonRefused(f"“{email[:80]}” is not an e-mail address.", field="email")
    said = {"name": _named(name), "role": role, "team": team, "portal_account": portal_account,
            "territories": _placed(territories or [])}  # fmt: skip
    _fits(said)
    try:
        with deed(by):
            user = User(email=email, joined_at=joined_at, **said)
            user.set_unusable_password()
            user.save(force_insert=True)
            audit.note("user.add", by=by, at=at, kind="user", subject=user.id, detail={"role": role})
    except IntegrityError as error:
        if "email" not in str(error):
            raise
        raise PersonRefused(f"{email} is there already.", field="email") from error
    return user


def change(user: User, said: dict[str, Any], *, by: Actor, at: datetime) -> User:
    """Change what a person is: any of name, time_zone, role, team, territories, portal_account. Holds from their next
    request on.

    Nobody changes their own role, team, territories or customer; the last admin stays one. Effects: the row, an audit
    entry with each value before and after; sessions end where the new role never logs in.
    Raises PersonRefused, NotYourOwn, LastAdmin.
    """
    said = dict(said)
    if "name" in said:
        said["name"] = _named(said["name"])
    if "territories" in said:
        said["territories"] = _placed(said["territories"])
    if "time_zone" in said and not is_zone(said["time_zone"]):
        raise PersonRefused(f"“{str(said['time_zone'])[:60]}” is no time zone; one looks like America/Chicago.",
                            field="time_zone")  # fmt: skip
    with deed(by):
        admins.hold_still()
        user = User.objects.select_for_update(of=("self",)).get(pk=user.pk)
        changed = {name: value for name, value in said.items() if getattr(user, name) != value}
        if not changed:
            return user
        if changed.keys() - {"name", "time_zone"} and admins.behind(by) == user.id:
            raise NotYourOwn
        _fits({"role": user.role, "portal_account": user.portal_account, "team": None, **changed})
        if "role" in changed and changed["role"] not in admins.roles():
            admins.need_another(user)
        told = {name: [_told(getattr(user, name)), _told(value)] for name, value in changed.items()}
        for name, value in changed.items():
            setattr(user, name, value)
        user.save(update_fields=list(changed))
        if "role" in changed and all_roles().roles[user.role].audience == "service":
            sessions.end(Session.objects.filter(user=user), why="role", at=at)
        audit.note("user.change", by=by, at=at, kind="user", subject=user.id, detail={"changed": told})
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


def colleague(said: str) -> User:
    """The active person of an id or an e-mail address who works here: nobody of a customer. Raises PersonRefused."""
    said = said.strip().lower()
    try:
        asked = {"pk": UUID(said)}
    except ValueError:
        asked = {"email": said}
    person = User.objects.filter(is_active=True, portal_account=None, **asked).first()
    if person is None:
        raise PersonRefused("Nobody active here has that id or e-mail address.", field="owner")
    return person


def _named(name: str) -> str:
    name = " ".join(str(name).split())
    if not name or len(name) > LONGEST_NAME:
        raise PersonRefused(f"A person needs a name of at most {LONGEST_NAME} characters.", field="name")
    return name


def _placed(territories: Iterable[str]) -> list[str]:
    """The territories in the playbook's order, each once. Raises PersonRefused for one it does not name."""
    known, said = list(active().playbook.territories.names), set(territories)
    if unknown := sorted(said.difference(known)):
        raise PersonRefused(f"“{unknown[0][:60]}” is no territory; there are: {', '.join(known)}.", field="territories")
    return [place for place in known if place in said]


def _fits(said: dict[str, Any]) -> None:
    """Whether the role is one, and goes with the customer and the team. Raises PersonRefused."""
    roles = all_roles().roles
    if said["role"] not in roles:
        raise PersonRefused(f"role must be one of: {', '.join(roles)}.", field="role")
    outside = roles[said["role"]].audience == "portal"
    if outside and said["portal_account"] is None:
        raise PersonRefused("A portal user belongs to a customer: name the account.", field="portal_account")
    if not outside and said["portal_account"] is not None:
        raise PersonRefused("Only portal users belong to a customer.", field="portal_account")
    if outside and said["team"] is not None:
        raise PersonRefused("A portal user stands in no team of ours.", field="team")
    if said["team"] is not None and said["team"].ended_at is not None:
        raise PersonRefused(f"The team {said['team'].name} has ended; choose another.", field="team")


def _told(value: Any) -> Any:
    """A value as the audit trail says it."""
    return value.name if isinstance(value, Team | Account) else value
