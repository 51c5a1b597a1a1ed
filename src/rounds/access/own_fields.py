"""The company's own fields that somebody is shown: fields.yaml says which roles a field is kept from (PLUS-22)."""

from __future__ import annotations

from collections.abc import Iterable

from rounds.access.allowed import NotAllowed
from rounds.access.roles import role_of
from rounds.models import User
from rounds.models.flow.active import active
from rounds.playbook.shapes.words import OwnField
from rounds.rules import own_fields


def shown(user: User, noun: str) -> dict[str, OwnField]:
    """The own fields of `noun` by code, without those kept from the role of `user`."""
    return {code: one for code, one in own_fields.own(active().playbook, noun).items() if user.role not in one.hides}


def need_to_be_shown_own(user: User, noun: str, codes: Iterable[str]) -> None:
    """Go on only if every field may be written by `user`. Raises NotAllowed: what one is not shown one does not write."""
    known, mine = own_fields.own(active().playbook, noun), shown(user, noun)
    for code in codes:
        if code in known and code not in mine:
            raise NotAllowed(f"Your role ({role_of(user).title}) is not shown {known[code].title}; ask the owner of the record.")
