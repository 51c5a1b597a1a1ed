"""Whose eyes: the Scope of a viewer, and the rows it lets through."""

from __future__ import annotations

from collections.abc import Collection
from typing import TypeVar
from uuid import UUID

from django.db import connection
from django.db.models import Model, Q, QuerySet

from rounds.access.renderings import as_ibis, as_q, as_settings
from rounds.access.roles import hidden, role_of, roles_for
from rounds.kit.scope import NOBODY, Scope
from rounds.models import Team, User
from rounds.playbook.shapes.access import Role

__all__ = ["as_ibis", "as_q", "as_settings", "scope_of", "visible", "within"]

M = TypeVar("M", bound=Model)


def scope_of(user: User | None) -> Scope:
    """What `user` may see, as their role says in access/roles.yaml: the objects it reads, by the ways of its `rows`.

    Nobody (anonymous, inactive) sees nothing, and so does a portal user of what is ours.
    """
    if user is None or not getattr(user, "is_authenticated", False) or not user.is_active:
        return NOBODY
    role = role_of(user)
    objects = frozenset(roles_for(user).objects)
    said = {
        "viewer": user.id,
        "whole": frozenset(noun for noun, reach in role.read.items() if reach == "all"),
        "unread": objects - role.read.keys(),
        "tied": not set(role.write.values()) - {"own"},
        "hidden": hidden(user),
    }
    if role.audience == "portal":
        return Scope(viewer=user.id, unread=objects, tied=True)
    if "all" in role.rows:
        return Scope(everything=True, **said)
    return _by_ways(user, role, said)


def _by_ways(user: User, role: Role, said: dict) -> Scope:
    owners, teams, territories = {user.id}, set(), set()
    if "territory" in role.rows:
        territories.update(user.territories)
    if "team" in role.rows:
        teams.update(Team.objects.filter(manager=user, ended_at=None).values_list("id", flat=True))
        if user.team_id:
            teams.add(user.team_id)
        members = User.objects.filter(team_id__in=teams).values_list("id", "territories") if teams else ()
        for member, places in members:
            owners.add(member)
            territories.update(places)
    return Scope(
        owners=frozenset(owners),
        teams=frozenset(teams),
        territories=frozenset(place for place in territories if place),
        accounts=_units_of(owners),
        **said,
    )


def _units_of(owners: Collection[UUID]) -> frozenset[UUID]:
    """The buying units `owners` own, asked of the database before it can narrow by them."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT rounds_units_of(%s)", [list(owners)])
        return frozenset(unit for (unit,) in cursor.fetchall())


def visible(model: type[M], scope: Scope) -> QuerySet[M]:
    """The rows of a seen noun that `scope` may see. The doors read through this and nothing else."""
    return model._default_manager.filter(as_q(scope, noun_of(model)))


def noun_of(model: type[Model]) -> str:
    """The object of access/roles.yaml that a seen noun is."""
    return getattr(model, "noun", "") or model._meta.model_name


def within(row: Model, scope: Scope) -> bool:
    """Whether `row` is reached by the ways of `scope` (own, territory, team), not only because all of its noun is."""
    if scope.everything:
        return True
    return (
        row.owner_id in scope.owners
        or row.team_id in scope.teams
        or row.territory in scope.territories
        or row.buying_unit_id in scope.accounts
    )


def ways(scope: Scope) -> Q:
    """The ways of `scope` as a filter: what `within` says of one row."""
    return Q() if scope.everything else as_q(Scope(owners=scope.owners, teams=scope.teams, territories=scope.territories,
                                                   accounts=scope.accounts), "")  # fmt: skip
