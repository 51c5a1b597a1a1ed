"""Whose eyes: the Scope of a viewer, and the rows it lets through."""

from __future__ import annotations

from collections.abc import Collection
from typing import TypeVar
from uuid import UUID

from django.db import connection
from django.db.models import Model, QuerySet

from rounds.access.renderings import as_ibis, as_q, as_settings
from rounds.kit.scope import NOBODY, Scope
from rounds.models import User

__all__ = ["as_ibis", "as_q", "as_settings", "scope_of", "visible"]

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
        for member, places in User.objects.filter(team_id=user.team_id).values_list("id", "territories"):
            owners.add(member)
            territories.update(places)
    return Scope(
        owners=frozenset(owners),
        teams=frozenset(teams),
        territories=frozenset(place for place in territories if place),
        accounts=_units_of(owners),
        viewer=user.id,
    )


def _units_of(owners: Collection[UUID]) -> frozenset[UUID]:
    """The buying units `owners` own, asked of the database before it can narrow by them."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT rounds_units_of(%s)", [list(owners)])
        return frozenset(unit for (unit,) in cursor.fetchall())


def visible(model: type[M], scope: Scope) -> QuerySet[M]:
    """The rows of a seen noun that `scope` may see. The doors read through this and nothing else."""
    return model._default_manager.filter(as_q(scope))
