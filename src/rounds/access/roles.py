"""What a person's role reaches: the roles of the playbook in force (access/roles.yaml)."""

from __future__ import annotations

from rounds.models import User
from rounds.models.flow.active import active
from rounds.playbook.shapes.access import AccessRoles, Role

NO_ROLE = Role(title="No role", audience="portal", rows=("own",), added=True)
"""What somebody has whose role the playbook no longer names: nothing."""


def all_roles() -> AccessRoles:
    """The roles in force."""
    return active().playbook.access


def role_of(user: User) -> Role:
    """The role of `user`, as the playbook in force says it. Kept on the user for the length of a request."""
    held = user.__dict__.get("_role")
    if held is None or held[0] != user.role:
        held = user.__dict__["_role"] = (user.role, all_roles().roles.get(user.role, NO_ROLE))
    return held[1]


def title_of(user: User) -> str:
    """What the role of `user` is called."""
    return role_of(user).title


def sells(user: User) -> bool:
    """Whether `user` has a book of own: what they add is theirs, and Today shows their own work."""
    return role_of(user).sells


def hidden(user: User) -> frozenset[str]:
    """The fields (`object.field`) that the role of `user` is kept from."""
    held = user.__dict__.get("_hidden")
    if held is None or held[0] != user.role:
        held = user.__dict__["_hidden"] = (user.role, all_roles().hidden(role_of(user)))
    return held[1]
