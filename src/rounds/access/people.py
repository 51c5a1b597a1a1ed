"""Whose place in the team somebody looks at or changes: absence, capacity, load."""

from __future__ import annotations

from uuid import UUID

from django.db.models import Q, QuerySet

from rounds.access.allowed import NotAllowed, may
from rounds.access.roles import all_roles, role_of
from rounds.access.scope import scope_of
from rounds.models import Team, User


def beside(user: User) -> QuerySet[User]:
    """The people leads are given to whom `user` sees at work: all of them for those who see everything, else the people
    of their own team and of the teams they look after, themselves among them."""
    sellers = [code for code, role in all_roles().roles.items() if role.sells]
    people = User.objects.filter(is_active=True, joined_at__isnull=False).select_related("team__manager")
    if "all" in role_of(user).rows:
        return people.filter(role__in=sellers)
    teams = Team.objects.filter(Q(manager=user) | Q(pk=user.team_id), ended_at=None)
    return people.filter(Q(pk=user.pk) | Q(team__in=teams), role__in=sellers)


def looks_after(user: User, person: User) -> bool:
    """Whether `user` says when `person` is away and how much they carry: their manager, or who gives out everything."""
    if not may(user, "records.assign_others"):
        return False
    if "all" in role_of(user).rows:
        return True
    return Team.objects.filter(pk=person.team_id, manager=user).exists()


def need_to_look_after(user: User, person: User) -> None:
    """Raises NotAllowed (403) where `user` neither is `person` nor looks after them."""
    if user.pk != person.pk and not looks_after(user, person):
        raise NotAllowed(f"{person.name} or their manager says when they are away.")


def whose_numbers(user: User) -> list[User]:
    """Whose calls and quotas `user` sees: who sells, and managers, among the people of their sight; themselves among them. One query."""
    scope = scope_of(user)
    rows = User.objects.filter(is_active=True, portal_account=None)
    if not scope.everything:
        rows = rows.filter(pk__in=scope.owners)
    return [one for one in rows.select_related("team").order_by("name") if one.pk == user.pk or role_of(one).sells or "team" in role_of(one).rows]


def number_of(user: User, key: UUID | None) -> User | None:
    """Whose number is meant: `user`'s own, or that of somebody whose numbers they see; None where they do not."""
    if key is None or key == user.pk:
        return user
    return next((one for one in whose_numbers(user) if one.pk == key), None)
