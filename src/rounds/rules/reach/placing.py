"""Which deal a mail belongs to: the one open deal of whoever it is with. Doubt is no deal; the account then has it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Deal:
    """An open deal, as far as placing a mail asks. `people`: its contact and its committee."""

    key: UUID
    account: UUID
    unit: UUID | None
    lead: UUID | None
    owner: UUID | None
    people: Set[UUID]
    opened_at: datetime


def deal_of(deals: Iterable[Deal], *, people: Set[UUID], leads: Set[UUID], account: UUID | None, unit: UUID | None, user: UUID | None) -> Deal | None:
    """The deal of a mail with these contacts and leads: the one most of them are in; then the one with their very
    organisation, then with its health system. Of several the one of `user`; else none, but for people who are in each of
    them: then the one opened last."""
    open_ = list(deals)
    by_lead = [one for one in open_ if one.lead in leads]
    if by_lead:
        return _one(by_lead, user) or max(by_lead, key=_newest)
    most = max((len(one.people & people) for one in open_), default=0)
    if most:
        with_most = [one for one in open_ if len(one.people & people) == most]
        return _one(with_most, user) or max(with_most, key=_newest)
    for near in ([one for one in open_ if one.account == account], [one for one in open_ if unit in (one.unit, one.account)]):
        if near and account is not None:
            return _one(near, user)
    return None


def _one(deals: Sequence[Deal], user: UUID | None) -> Deal | None:
    if len(deals) == 1:
        return deals[0]
    own = [one for one in deals if user is not None and one.owner == user]
    return own[0] if len(own) == 1 else None


def _newest(deal: Deal) -> tuple[datetime, str]:
    return deal.opened_at, str(deal.key)
