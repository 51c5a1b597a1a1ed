"""Teams: added once under their name, changed, joined, ended when nobody stands in them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction

from rounds.access.allowed import may
from rounds.access.roles import role_of
from rounds.actions.flow.deeds import deed
from rounds.actions.people import admins, users
from rounds.actions.trust import audit
from rounds.kit.actor import Actor
from rounds.kit.refusal import Refusal
from rounds.models import Team, User
from rounds.models.flow.active import active

LONGEST_NAME = 100


class TeamRefused(Refusal):
    """A team that cannot be added or changed like this."""

    status = 422


class TeamNotEmpty(Refusal):
    """People stand in this team. Give them another one first."""


class NotYourOwnTeam(Refusal):
    """Nobody makes themselves the manager of a team: its records would be theirs to see. Ask an admin, who manages people."""

    status = 403
    field = "manager"


def add(name: str, *, by: Actor, at: datetime, segment: str = "", manager: User | None = None) -> Team:
    """Add a team that sells to `segment` (a playbook code, or none). Effects: Team, an audit entry.

    Raises TeamRefused, NotYourOwnTeam.
    """
    said = _checked({"name": name, "segment": segment, "manager": manager})
    _not_themselves(manager, by)
    with deed(by), _named_once(said["name"]):
        team = Team.objects.create(**said)
        audit.note("team.add", by=by, at=at, kind="team", subject=team.id, detail={"name": team.name})
    return team


def change(team: Team, said: dict[str, Any], *, by: Actor, at: datetime) -> Team:
    """Change any of name, segment, manager; a new manager sees the team's rows from the next request on.

    Effects: the row, an audit entry with each value before and after. Raises TeamRefused, NotYourOwnTeam.
    """
    said = _checked(said)
    with deed(by), _named_once(said.get("name", "")):
        team = Team.objects.select_for_update(of=("self",)).get(pk=team.pk)
        changed = {name: value for name, value in said.items() if getattr(team, name) != value}
        _not_themselves(changed.get("manager"), by)
        if changed:
            told = {name: [_told(getattr(team, name)), _told(value)] for name, value in changed.items()}
            for name, value in changed.items():
                setattr(team, name, value)
            team.save(update_fields=list(changed))
            audit.note("team.change", by=by, at=at, kind="team", subject=team.id, detail={"changed": told})
    return team


def join(team: Team | None, user: User, *, by: Actor, at: datetime) -> User:
    """Put `user` into `team`, or with None into none. Effects and refusals: those of users.change."""
    return users.change(user, {"team": team}, by=by, at=at)


def end(team: Team, *, by: Actor, at: datetime) -> Team:
    """End a team nobody stands in. Its row stays: records and history name it. Raises TeamNotEmpty.

    Effects: ended_at, an audit entry.
    """
    with deed(by):
        team = Team.objects.select_for_update(of=("self",)).get(pk=team.pk)
        names = list(User.objects.filter(team=team, is_active=True).values_list("name", flat=True)[:4])
        if names:
            said = ", ".join(names[:3]) + (" and others" if len(names) > 3 else "")
            raise TeamNotEmpty(f"{said} {'stands' if len(names) == 1 else 'stand'} in {team.name}. Give them another team first.")
        if team.ended_at is None:
            team.ended_at = at
            team.save(update_fields=["ended_at"])
            audit.note("team.end", by=by, at=at, kind="team", subject=team.id, detail={"name": team.name})
    return team


def _checked(said: dict[str, Any]) -> dict[str, Any]:
    said = dict(said)
    if "name" in said:
        said["name"] = " ".join(str(said["name"]).split())
        if not said["name"] or len(said["name"]) > LONGEST_NAME:
            raise TeamRefused(f"A team needs a name of at most {LONGEST_NAME} characters.", field="name")
    segments = [one.segment for one in active().playbook.segments.segments]
    if said.get("segment") and said["segment"] not in segments:
        raise TeamRefused(f"segment must be one of: {', '.join(segments)}; or none.", field="segment")
    manager = said.get("manager")
    if manager is not None and (not manager.is_active or role_of(manager).audience != "staff"):
        raise TeamRefused(f"{manager.name} cannot look after a team; choose somebody who works here.", field="manager")
    return said


def _not_themselves(manager: User | None, by: Actor) -> None:
    """A manager sees the records of the team, so making oneself one is moving what one sees: people.manage."""
    if manager is not None and admins.behind(by) == manager.id and not may(manager, "people.manage"):
        raise NotYourOwnTeam


@contextmanager
def _named_once(name: str) -> Iterator[None]:
    """Says in our words that a name is taken."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as error:
        if "name" not in str(error):
            raise
        raise TeamRefused(f"There is a team named {name} already.", field="name") from error


def _told(value: Any) -> Any:
    return value.name if isinstance(value, User) else value
