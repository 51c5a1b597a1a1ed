"""The hierarchy: where an account may stand, and the buying unit that follows from it (ACCT-07, PLUS-06)."""

from __future__ import annotations

from rounds.actions.market.following import follow_unit
from rounds.kit.refusal import Refusal
from rounds.kit.text import domain_of, plain_organization
from rounds.models import Account
from rounds.models.market.accounts import PARENT_LEVELS


class WrongLevel(Refusal):
    """An account of this level cannot stand there in the hierarchy."""

    status = 422
    field = "parent"


class Circle(Refusal):
    """An account cannot stand below itself."""

    status = 422
    field = "parent"


def check_place(level: str, parent: Account | None) -> None:
    """Whether an account of `level` may stand under `parent`. Raises WrongLevel, saying where it belongs."""
    allowed = PARENT_LEVELS.get(level)
    if allowed is None:
        known = ", ".join(PARENT_LEVELS)
        raise WrongLevel(f"“{level}” is not a level of the hierarchy; use one of: {known}.", field="level")
    if parent is None:
        if level in ("department", "service_line"):
            raise WrongLevel(f"A {level.replace('_', ' ')} needs a parent: {' or '.join(sorted(allowed))}.")
        return
    if parent.level not in allowed:
        named = " or ".join(sorted(a.replace("_", " ") for a in allowed)) or "nothing: it stands at the top"
        raise WrongLevel(
            f"A {level.replace('_', ' ')} cannot stand under a {parent.level.replace('_', ' ')}; it belongs under {named}."
        )


def settle_unit(account: Account, parent: Account | None) -> None:
    """A system or an independent hospital is its own buying unit; everything below follows its parent's."""
    settle_names(account)
    if parent is None:
        account.is_unit, account.buying_unit_id = True, account.id
    else:
        account.is_unit, account.buying_unit_id = False, parent.buying_unit_id or parent.id


def settle_names(account: Account) -> None:
    """The forms of an account's name and web address that others are matched by."""
    account.plain_name = plain_organization(account.name)
    account.domain = domain_of(account.website) if account.website else ""


def carry_unit(account: Account) -> None:
    """Give the whole branch below `account` its buying unit, and its contacts and leads with it."""
    level = branch = [account.id]
    while level:
        below = Account.objects.filter(parent_id__in=level)
        level = list(below.values_list("id", flat=True))
        below.update(buying_unit_id=account.buying_unit_id, is_unit=False)
        branch = [*branch, *level]
    follow_unit(branch)
