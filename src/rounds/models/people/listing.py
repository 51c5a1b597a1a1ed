"""What people can be listed, filtered and sorted by."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from rounds.models.flow.active import active
from rounds.models.listing.fields import Field, Listing, listing
from rounds.models.people.factors import Factor
from rounds.models.people.teams import Team
from rounds.models.people.users import User

MOST_WORDS = 8
STATES = [("active", "Active"), ("invited", "Invited"), ("left", "Left")]
YES_NO = [("yes", "Yes"), ("no", "No")]
IS = {
    "active": Q(is_active=True, joined_at__isnull=False),
    "invited": Q(is_active=True, joined_at__isnull=True),
    "left": Q(is_active=False),
}


def roles() -> list[tuple[str, str]]:
    """The roles of the playbook in force."""
    return [(code, role.title) for code, role in active().playbook.access.roles.items()]


def teams() -> list[tuple[str, str]]:
    """The teams that go on."""
    return [(str(key), name) for key, name in Team.objects.filter(ended_at=None).values_list("id", "name")]


def places() -> list[tuple[str, str]]:
    """The territories of the playbook in force."""
    return [(name, name) for name in active().playbook.territories.names]


def state_q(op: str, values: Sequence[str], context: Any) -> Q:
    """People in one of the states `values`; with the operator `not`, in none of them."""
    held = Q(pk__in=[])
    for state in values:
        held |= IS.get(state, Q(pk__in=[]))
    return ~held if op == "not" else held


def place_q(op: str, values: Sequence[str], context: Any) -> Q:
    """People who sell in one of the territories `values`; `unknown`: in none at all."""
    if op in ("known", "unknown"):
        return Q(territories=[]) if op == "unknown" else ~Q(territories=[])
    held = Q(territories__overlap=list(values))
    return ~held if op == "not" else held


def words_q(op: str, values: Sequence[str], context: Any) -> Q:
    """People in whose name or address every one of the words stands."""
    held = Q()
    for word in values[0].split()[:MOST_WORDS]:
        held &= Q(name__icontains=word) | Q(email__icontains=word)
    return held


def factor_q(op: str, values: Sequence[str], context: Any) -> Q:
    """People who have, or have not, a confirmed second factor."""
    return Q(has_factor()) if values[0] == "yes" else ~Q(has_factor())


def has_factor() -> Exists:
    """Whether a person has a confirmed second factor."""
    return Exists(Factor.objects.filter(user=OuterRef("pk"), removed_at=None, confirmed_at__isnull=False))


def rows() -> QuerySet[User]:
    """Everybody, each with `second` (a second factor is there)."""
    return User.objects.annotate(second=has_factor())


PEOPLE: Listing = listing(
    "person", User,
    (
        Field("name", "Name", "text", sortable=True),
        Field("words", "Words", "words", custom=words_q),
        Field("email", "E-mail", "text", sortable=True),
        Field("role", "Role", "choice", choices=roles, sortable=True),
        Field("team", "Team", "choice", "team_id", choices=teams),
        Field("territory", "Territory", "choice", choices=places, custom=place_q),
        Field("state", "State", "choice", choices=lambda: STATES, custom=state_q),
        Field("second", "Second factor", "bool", choices=lambda: YES_NO, custom=factor_q),
        Field("seen", "Last log-in", "when", "seen_at", sortable=True),
        Field("joined", "Joined", "when", "joined_at", sortable=True),
    ),
    opens_with=("name",), fetch=("team", "portal_account"),
    defaults=("role", "team", "territories", "seen", "second", "state"),
)  # fmt: skip
