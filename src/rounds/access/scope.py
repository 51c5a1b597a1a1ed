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
from rounds.models import Account, Contract, Customer, Lead, Opportunity, Team, User
from rounds.models.base import Mergeable
from rounds.playbook.shapes.access import Role

__all__ = ["as_ibis", "as_q", "as_settings", "kept_for", "line_of", "scope_of", "visible", "within"]

M = TypeVar("M", bound=Model)
BELOW: dict[str, type[Model]] = {"opportunity": Opportunity, "customer": Customer}
"""Kinds of sight that follow another noun's → that noun."""


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
    """The rows of a seen noun that `scope` may see, without those that were merged into others; of what stands below a
    deal or a customer, those of the deals and customers it sees. The doors read through this and nothing else."""
    if getattr(model, "sight", "") in ("paper", "contract"):
        return _of_paper(model, scope)
    if getattr(model, "sight", "") == "about":
        return _about(model, scope)
    if (above := BELOW.get(getattr(model, "sight", ""))) is not None:
        return _below(model, above, scope)
    rows = model._default_manager.filter(as_q(scope, noun_of(model)))
    return rows.filter(merged_into=None) if issubclass(model, Mergeable) else rows


def _below(model: type[M], above: type[Model], scope: Scope) -> QuerySet[M]:
    """The rows of `model` that stand below a row of `above` which `scope` sees; of one with a noun of its own, while its
    role reads that."""
    noun, rows = noun_of(above), model._default_manager.all()
    own = getattr(model, "noun", "") or noun
    if own in scope.unread or noun in scope.unread:
        return rows.none()
    if scope.sees_all(noun):
        return rows
    return rows.filter(**{f"{noun}__in": above._default_manager.filter(as_q(scope, noun))})


def _of_paper(model: type[M], scope: Scope) -> QuerySet[M]:
    """Contracts with the deal they are about, or with their account; what stands below one with the contract."""
    rows, own = model._default_manager.all(), getattr(model, "noun", "") or "contract"
    if {own, "contract"} & scope.unread:
        return rows.none()
    if scope.sees_all("contract"):
        return rows
    if model.sight == "contract":
        return rows.filter(contract__in=_of_paper(Contract, scope))
    deals, accounts = Opportunity.objects.filter(as_q(scope, "opportunity")), Account.objects.filter(as_q(scope, "account"))
    return rows.filter(Q(opportunity__in=deals) | Q(opportunity=None, account__in=accounts))


def _about(model: type[M], scope: Scope) -> QuerySet[M]:
    """What is about a deal with that deal, else about a lead with that lead, else about an account with it."""
    deals, leads, accounts = (noun._default_manager.filter(as_q(scope, noun_of(noun))) for noun in (Opportunity, Lead, Account))
    none, rows = Q(opportunity=None), model._default_manager.all()
    return rows.filter(Q(opportunity__in=deals) | none & Q(lead__in=leads) | none & Q(lead=None, account__in=accounts))


def kept_for(model: type[M], key: object, scope: Scope) -> UUID | None:
    """The row that the row `key` was merged into, where `scope` may see it: an old address leads to it."""
    if not issubclass(model, Mergeable):
        return None
    seen = model._default_manager.filter(as_q(scope, noun_of(model)))
    into = seen.filter(pk=key, merged_into__isnull=False).values_list("merged_into", flat=True).first()
    while into is not None:
        further = seen.filter(pk=into).values_list("merged_into", flat=True)
        if not further:
            return None
        if further[0] is None:
            return into
        into = further[0]
    return None


def line_of(row: Mergeable) -> list[UUID]:
    """The ids of `row` and of everything that was merged into it: what its history is read by."""
    found = level = [row.pk]
    while level:
        level = list(type(row)._default_manager.filter(merged_into__in=level).values_list("pk", flat=True))
        found = [*found, *level]
    return found


def noun_of(model: type[Model]) -> str:
    """The object of access/roles.yaml that a seen noun is."""
    return named(model) or model._meta.model_name


def named(model: type[Model]) -> str:
    """The object a model names for itself; "" where it names none (a column of it may be called `noun`)."""
    said = getattr(model, "noun", "")
    return said if isinstance(said, str) else ""


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
