"""Whose place in the team somebody looks at or changes: absence, capacity, load."""

from __future__ import annotations

from django.db.models import Q, QuerySet

from rounds.access.allowed import NotAllowed, may
from rounds.access.roles import all_roles, role_of
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
