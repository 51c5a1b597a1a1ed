"""The list of people: its columns, and the views everybody has who may open it."""

from __future__ import annotations

from django.db.models import QuerySet
from django.http import HttpRequest

from rounds.access.allowed import need
from rounds.access.roles import title_of
from rounds.models import User
from rounds.models.people import listing
from rounds.web.lists import Column, Shipped, Table, register


def state_of(user: User) -> str:
    """active, invited or left."""
    return "left" if not user.is_active else "active" if user.joined_at else "invited"


def people(request: HttpRequest) -> QuerySet[User]:
    """Everybody, for those who may look at everybody's accounts; also behind /lists/person/. Raises NotAllowed."""
    need(request.user, "people.read")
    return listing.rows()


TABLE = register(Table(
    listing=listing.PEOPLE,
    url="/people/",
    noun="person,people",
    rows=people,
    needs="people.read",
    columns=(
        Column("name", "Name", lambda user: user.name, sort="name", css=""),
        Column("email", "E-mail", lambda user: user.email, sort="email"),
        Column("role", "Role", title_of, sort="role"),
        Column("team", "Team", lambda user: user.team.name if user.team else ""),
        Column("territories", "Territories", lambda user: ", ".join(user.territories)),
        Column("seen", "Last log-in", lambda user: user.seen_at, sort="seen"),
        Column("second", "Second factor", lambda user: "yes" if user.second else "no"),
        Column("state", "State", state_of, css="max-sm:text-right"),
        Column("joined", "Joined", lambda user: user.joined_at, sort="joined"),
        Column("zone", "Time zone", lambda user: user.time_zone),
    ),
    shipped=(
        Shipped("here", "Here now", "f=state.is.active,invited", star=True),
        Shipped("invited", "Invited", "f=state.is.invited"),
        Shipped("bare", "Without a second factor", "f=state.is.active&f=second.is.no"),
        Shipped("left", "Left", "f=state.is.left"),
        Shipped("all", "Everybody", ""),
    ),
))  # fmt: skip
