"""Who may do what: the permissions of a role (access/roles.yaml). Seen but not allowed is a 403 with its reason."""

from __future__ import annotations

from typing import Any

from django.db.models import Q

from rounds.access.roles import all_roles, role_of, roles_for
from rounds.access.roles import sells as has_a_book
from rounds.access.scope import noun_of, scope_of, ways, within
from rounds.access.sight import current
from rounds.kit.refusal import Refusal
from rounds.kit.scope import Scope
from rounds.models import User
from rounds.playbook import default


class NotAllowed(Refusal):
    """Your role does not allow this."""

    status = 403


def may(user: User, name: str) -> bool:
    """Whether `user` has the permission `name`; nobody has one that the playbook in force does not name yet, because it was published
    for an older version of Rounds (docs/decisions/0009). Raises KeyError for one that no version knows."""
    if not user.is_authenticated or not user.is_active:
        return False
    if name not in roles_for(user).permissions and name not in default().access.permissions:
        raise KeyError(name)
    return name in role_of(user).may


def roles_that_may(name: str) -> list[str]:
    """The roles that have the permission `name`."""
    return [code for code, role in all_roles().roles.items() if name in role.may]


def need(user: User, name: str) -> None:
    """Go on only with the permission `name`. Raises NotAllowed (403) with the reason."""
    if not may(user, name):
        raise NotAllowed(who_may(name))


def who_may(name: str) -> str:
    """The sentence that says who has a permission."""
    return all_roles().permissions.get(name) or f"{default().access.permissions[name]} The playbook in force names nobody who may yet."


def reads(user: User, noun: str) -> bool:
    """Whether the role of `user` reads `noun` (account, contact, lead) at all."""
    return noun in role_of(user).read


def need_to_read(user: User, noun: str) -> None:
    """Go on only if the role reads `noun`. Raises NotAllowed."""
    if not reads(user, noun):
        raise NotAllowed(f"Your role ({role_of(user).title}) does not work with {roles_for(user).objects[noun].plural}.")


def writes(user: User, noun: str) -> bool:
    """Whether the role of `user` adds and changes rows of `noun`, at least its own."""
    return noun in role_of(user).write


def need_to_write(user: User, what: Any) -> None:
    """Go on only if `user` may change `what`: a row they see, or a noun of which they would add one.

    Raises NotAllowed, naming the role and what it may do instead.
    """
    noun = what if isinstance(what, str) else noun_of(type(what))
    role, plural = role_of(user), roles_for(user).objects[noun].plural
    if noun not in role.write:
        raise NotAllowed(f"Your role ({role.title}) reads {plural} and does not change them; ask their owner.")
    if role.write[noun] == "own" and not isinstance(what, str) and what.owner_id != user.pk:
        raise NotAllowed(f"You change the {plural} that are yours; ask the owner of this one.")
    if isinstance(what, str) or role.write[noun] == "all" or role.read[noun] == "rows":
        return
    if not within(what, _eyes(user)):
        raise NotAllowed(f"You read every {noun} and change those of your own book; ask the owner of this one.")


def may_change(user: User, row: Any) -> bool:
    """Whether `user` may change `row`, which they see: what a page asks before it offers to."""
    try:
        need_to_write(user, row)
    except NotAllowed:
        return False
    return True


def own_to_write(user: User, noun: str) -> Q:
    """Among the rows of `noun` that `user` sees, those they may change."""
    role = role_of(user)
    if noun not in role.write:
        return Q(pk__in=())
    if role.write[noun] == "own":
        return Q(owner=user)
    return Q() if role.write[noun] == "all" or role.read[noun] == "rows" else ways(_eyes(user))


def _eyes(user: User) -> Scope:
    """The scope of `user`: the one through which the transaction looks, where it is theirs, so that a list of many rows
    asks for it once."""
    looking = current()
    return looking if looking.viewer == user.id else scope_of(user)


def need_to_give(user: User, row: Any, owner: User | None) -> None:
    """Go on only if `user` may give `row` to `owner`: managers and admins always, a rep herself what nobody owns."""
    if not (owner is not None and owner.pk == user.pk and row.owner_id in (None, user.pk)):
        need(user, "records.assign_others")


def need_to_move(user: User, account: Any, parent: Any | None) -> None:
    """Go on only if `user` may hang `account` under `parent`, which changes both, and whose book the branch is in.

    What somebody else owns, itself or as its buying unit, is moved by those who give records to others.
    """
    if parent is not None:
        need_to_write(user, parent)
    owners = {account.owner_id}
    if account.buying_unit_id is not None and account.buying_unit_id != account.pk:
        seen = type(account)._default_manager.filter(pk=account.buying_unit_id).values_list("owner_id", flat=True)
        owners |= set(seen) or {account.buying_unit_id}  # one that is not seen is somebody else's
    if owners - {None, user.pk}:
        need(user, "records.assign_others")


def keeper(user: User) -> User | None:
    """Whose an account becomes that `user` adds: a rep's own, so that she sees it wherever it lies; else nobody's."""
    return user if has_a_book(user) else None
