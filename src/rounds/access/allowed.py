"""Who may do what: predicates on roles, one name a permission. Seen but not allowed is a 403 with its reason."""

from __future__ import annotations

from typing import Any

import rules

from rounds.kit.refusal import Refusal
from rounds.models import User


class NotAllowed(Refusal):
    """Your role does not allow this."""

    status = 403


@rules.predicate
def is_admin(user: User, _: Any = None) -> bool:
    return user.role == "admin"


@rules.predicate
def leads_a_team(user: User, _: Any = None) -> bool:
    return user.role in ("manager", "admin")


@rules.predicate
def works_here(user: User, _: Any = None) -> bool:
    return user.is_active


PERMISSIONS: dict[str, tuple[Any, str]] = {
    "playbook.read": (works_here, "Only people of this workspace read the playbook."),
    "playbook.draft": (leads_a_team, "Managers and RevOps admins try changes of the playbook; ask one of them."),
    "playbook.publish": (is_admin, "Only a RevOps admin publishes the playbook; ask one to look at your draft."),
    "universe.load": (is_admin, "Only a RevOps admin loads the hospital files."),
    "records.export": (works_here, "Only people of this workspace export."),
    "records.assign_others": (leads_a_team, "Managers and admins give records to others; you can claim unowned ones."),
    "views.share": (leads_a_team, "Managers and admins share views; save it for yourself instead."),
    "tier.override": (leads_a_team, "Managers and admins set a tier by hand; ask yours."),
    "forms.manage": (is_admin, "Only a RevOps admin manages public forms."),
    "audit.read": (is_admin, "Only a RevOps admin reads the audit trail."),
    "tokens.manage": (works_here, "Only people of this workspace have API tokens."),
}
"""Permission → (predicate, the sentence a person reads who lacks it)."""

for _name, (_predicate, _) in PERMISSIONS.items():
    rules.add_perm(_name, _predicate)


def may(user: User, permission: str, subject: Any = None) -> bool:
    """Whether `user` has `permission`. Raises KeyError for a permission nobody declared."""
    PERMISSIONS[permission]
    return bool(user.is_active and rules.has_perm(permission, user, subject))


def need(user: User, permission: str, subject: Any = None) -> None:
    """Go on only with `permission`. Raises NotAllowed (403) with the reason."""
    if not may(user, permission, subject):
        raise NotAllowed(PERMISSIONS[permission][1])


def need_to_give(user: User, row: Any, owner: User | None) -> None:
    """Go on only if `user` may give `row` to `owner`: managers and admins always, a rep herself what nobody owns."""
    if not (owner is not None and owner.pk == user.pk and row.owner_id in (None, user.pk)):
        need(user, "records.assign_others")


def keeper(user: User) -> User | None:
    """Whose an account becomes that `user` adds: a rep's own, so that she sees it wherever it lies; else nobody's."""
    return user if user.role == "rep" else None
