"""The Scope of a viewer, and its three renderings: Django, columns, and what row security reads.

A Hypothesis test holds the three equal (tests/access/test_scope.py).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from django.db.models import Model, Q, QuerySet

from rounds.kit.scope import NOBODY, Scope
from rounds.models import Account, User

if TYPE_CHECKING:
    import ibis


M = TypeVar("M", bound=Model)


def scope_of(user: User | None) -> Scope:
    """What `user` may see: an admin everything; a manager her team and its territories; a rep her own rows, her
    territories and the whole of every buying unit she owns. Nobody (anonymous, inactive) sees nothing."""
    if user is None or not getattr(user, "is_authenticated", False) or not user.is_active:
        return NOBODY
    if user.role == "admin":
        return Scope(everything=True, viewer=user.id)
    owners, teams, territories = {user.id}, set(), set(user.territories)
    if user.role == "manager" and user.team_id:
        teams.add(user.team_id)
        members = User.objects.filter(team_id=user.team_id).values_list("id", "territories")
        for member, places in members:
            owners.add(member)
            territories.update(places)
    units = Account.objects.filter(is_unit=True, owner_id__in=owners).values_list("id", flat=True)
    from rounds.access.sight import sight

    own = Scope(owners=frozenset(owners), viewer=user.id)
    with sight(own):
        accounts = frozenset(units)
    return Scope(
        owners=frozenset(owners),
        teams=frozenset(teams),
        territories=frozenset(t for t in territories if t),
        accounts=accounts,
        viewer=user.id,
    )


def as_q(scope: Scope) -> Q:
    """The Scope as a Django filter over the columns of sight."""
    if scope.everything:
        return Q()
    return (
        Q(owner_id__in=scope.owners)
        | Q(team_id__in=scope.teams)
        | Q(territory__in=scope.territories)
        | Q(buying_unit_id__in=scope.accounts)
    )


def as_ibis(scope: Scope, table: ibis.Table) -> ibis.Table:
    """The Scope as a filter over columns owner_id, team_id, territory, buying_unit_id (ids as text)."""
    import ibis

    if scope.everything:
        return table
    groups = [
        ("owner_id", sorted(map(str, scope.owners))),
        ("team_id", sorted(map(str, scope.teams))),
        ("territory", sorted(scope.territories)),
        ("buying_unit_id", sorted(map(str, scope.accounts))),
    ]
    seen = ibis.literal(False)
    for column, ids in groups:
        if ids:
            seen = seen | table[column].cast("string").isin(ids).fill_null(False)
    return table.filter(seen)


def as_settings(scope: Scope) -> dict[str, str]:
    """The Scope as the transaction-local settings that row security reads."""

    def join(ids: Any) -> str:
        return ",".join(sorted(map(str, ids)))

    return {
        "rounds.sight": "system" if scope.system else "all" if scope.everything else "some",
        "rounds.owners": join(scope.owners),
        "rounds.teams": join(scope.teams),
        "rounds.territories": join(scope.territories),
        "rounds.accounts": join(scope.accounts),
        "rounds.viewer": str(scope.viewer or ""),
    }


def visible(model: type[M], scope: Scope) -> QuerySet[M]:
    """The rows of a seen noun that `scope` may see. The doors read through this and nothing else."""
    return model._default_manager.filter(as_q(scope))
