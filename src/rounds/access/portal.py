"""What a customer in the portal sees: the deals and the customer record of their own organisation, and nothing else."""

from __future__ import annotations

from uuid import UUID

from rounds.access.roles import role_of, roles_for
from rounds.kit.scope import NOBODY, Scope
from rounds.models import User

SHARED = frozenset({"account", "opportunity", "customer"})
"""The objects whose rows the portal's pages read, each further narrowed to the person's own account."""


def customers_eyes(user: User, unit: UUID | None) -> Scope:
    """The Scope in which the portal reads for `user`: the buying unit of their account, tied hands.

    Only analytics/portal.py takes it, for the length of one reading: the request itself goes on seeing nothing. Nobody
    else gets any sight by it.
    """
    if not user.is_active or user.portal_account_id is None or unit is None or role_of(user).audience != "portal":
        return NOBODY
    objects = frozenset(roles_for(user).objects)
    return Scope(viewer=user.id, accounts=frozenset({unit}), unread=objects - SHARED, tied=True)
