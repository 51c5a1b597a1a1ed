"""What a person's role reaches: the roles of the playbook in force (access/roles.yaml)."""

from __future__ import annotations

from typing import NamedTuple

from rounds.models import User
from rounds.models.flow.active import active
from rounds.playbook.shapes.access import AccessRoles, Role

NO_ROLE = Role(title="No role", audience="portal", rows=("own",), added=True)
"""What somebody has whose role the playbook no longer names: nothing."""


def all_roles() -> AccessRoles:
    """The roles in force."""
    return active().playbook.access


class _Held(NamedTuple):
    code: str
    every: AccessRoles
    role: Role
    hidden: frozenset[str]


def _held(user: User) -> _Held:
    """What the playbook in force says of the role of `user`: read once, kept on the user for the length of a request."""
    held = user.__dict__.get("_role")
    if held is None or held.code != user.role:
        every = all_roles()
        role = every.roles.get(user.role, NO_ROLE)
        held = user.__dict__["_role"] = _Held(user.role, every, role, every.hidden(role))
    return held


def roles_for(user: User) -> AccessRoles:
    """The roles in force, as they were when this request of `user` began."""
    return _held(user).every


def role_of(user: User) -> Role:
    """The role of `user`, as the playbook in force says it."""
    return _held(user).role


def title_of(user: User) -> str:
    """What the role of `user` is called."""
    return role_of(user).title


def sells(user: User) -> bool:
    """Whether `user` has a book of own: what they add is theirs, and Today shows their own work."""
    return role_of(user).sells


def hidden(user: User) -> frozenset[str]:
    """The fields (`object.field`) that the role of `user` is kept from."""
    return _held(user).hidden
