"""The three renderings of a Scope: Django, columns, and what row security reads.

A Hypothesis test holds them equal (tests/access/test_scope.py).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from django.db.models import Q

from rounds.kit.scope import Scope

if TYPE_CHECKING:
    import ibis

NONE = Q(pk__in=())


def as_q(scope: Scope, noun: str) -> Q:
    """The Scope as a Django filter over the columns of sight of `noun` (account, contact, lead)."""
    if noun in scope.unread:
        return NONE
    if scope.sees_all(noun):
        return Q()
    return (
        Q(owner_id__in=scope.owners)
        | Q(team_id__in=scope.teams)
        | Q(territory__in=scope.territories)
        | Q(buying_unit_id__in=scope.accounts)
    )


def as_ibis(scope: Scope, table: ibis.Table, noun: str) -> ibis.Table:
    """The Scope as a filter over columns owner_id, team_id, territory, buying_unit_id (ids as text)."""
    import ibis

    if scope.sees_all(noun):
        return table
    groups = [
        ("owner_id", sorted(map(str, scope.owners))),
        ("team_id", sorted(map(str, scope.teams))),
        ("territory", sorted(scope.territories)),
        ("buying_unit_id", sorted(map(str, scope.accounts))),
    ]
    seen = ibis.literal(False)
    for column, ids in groups if noun not in scope.unread else ():
        if ids:
            seen = seen | table[column].cast("string").isin(ids).fill_null(False)
    return table.filter(seen)


def as_settings(scope: Scope) -> dict[str, str]:
    """The Scope as the transaction-local settings that row security reads."""

    def joined(ids: Iterable[Any]) -> str:
        return ",".join(sorted(map(str, ids)))

    return {
        "rounds.sight": "system" if scope.system else "all" if scope.everything else "some",
        "rounds.owners": joined(scope.owners),
        "rounds.teams": joined(scope.teams),
        "rounds.territories": joined(scope.territories),
        "rounds.accounts": joined(scope.accounts),
        "rounds.viewer": str(scope.viewer or ""),
        "rounds.whole": joined(scope.whole),
        "rounds.unread": joined(scope.unread),
        "rounds.hands": "tied" if scope.tied else "free",
        "rounds.hidden": joined(scope.hidden),
    }
