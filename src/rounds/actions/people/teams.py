"""Teams: added once under their name."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError

from rounds.actions.flow.deeds import deed
from rounds.actions.trust import audit
from rounds.kit.actor import Actor
from rounds.kit.refusal import Refusal
from rounds.models import Team


class TeamRefused(Refusal):
    """A team that cannot be added like this."""

    status = 422


def add(name: str, *, by: Actor, at: datetime, segment: str = "") -> Team:
    """Add a team that sells to `segment` (a playbook code, or none). Effects: Team, an audit entry."""
    name = name.strip()
    if not name:
        raise TeamRefused("A team needs a name.", field="name")
    try:
        with deed(by):
            team = Team.objects.create(name=name, segment=segment)
            audit.note("team.add", by=by, at=at, kind="team", subject=team.id, detail={"name": name})
    except IntegrityError as error:
        if "name" not in str(error):
            raise
        raise TeamRefused(f"There is a team named {name} already.", field="name") from error
    return team
