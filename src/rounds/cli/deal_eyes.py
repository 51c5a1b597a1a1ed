"""What every command about a deal begins with: which deal, and what stands below it."""

from __future__ import annotations

from datetime import date, datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

import click

from rounds.kit.refusal import Refusal

if TYPE_CHECKING:
    from rounds.kit.actor import Actor
    from rounds.models import Contact, Opportunity, User

WHICH = click.argument("deal", type=click.UUID)


class NoSuchDeal(Refusal):
    """There is no such deal, or you do not see it; `rounds deal list` shows yours with their ids."""

    status = 404


class NotBelow(Refusal):
    """There is no such thing below this deal; list them for their ids."""

    status = 404


class Day(click.ParamType):
    """A day like 2026-11-20."""

    name = "day"

    def convert(self, value: Any, param: Any, ctx: Any) -> date:
        try:
            return value if isinstance(value, date) else date.fromisoformat(value)
        except ValueError:
            self.fail(f"“{value}” is no day; write one like 2026-11-20.", param, ctx)


class Moment(click.ParamType):
    """A moment like 2026-11-20T10:00; without a zone it is that of whoever acts."""

    name = "moment"

    def convert(self, value: Any, param: Any, ctx: Any) -> datetime:
        try:
            return value if isinstance(value, datetime) else datetime.fromisoformat(value)
        except ValueError:
            self.fail(f"“{value}” is no moment; write one like 2026-11-20T10:00.", param, ctx)


DAY, MOMENT = Day(), Moment()


def deal_of(user: User, key: UUID, *, change: bool = True) -> Opportunity:
    from rounds.access.allowed import need_to_read, need_to_write
    from rounds.access.scope import visible
    from rounds.access.sight import current
    from rounds.models import Opportunity

    need_to_read(user, "opportunity")
    row = visible(Opportunity, current()).select_related("account", "owner").filter(pk=key).first()
    if row is None:
        raise NoSuchDeal
    if change:
        need_to_write(user, row)
    return row


def by_now(by: Actor) -> dict[str, Any]:
    """Who acts and when, as every action is told."""
    from rounds.kit.clock import now

    return {"by": by, "at": now()}


def below(model: type, deal: Opportunity, key: UUID, *fetch: str) -> Any:
    """The row `key` of `model` below `deal`, seen. Raises NotBelow."""
    from rounds.access.scope import visible
    from rounds.access.sight import current

    row = visible(model, current()).select_related(*fetch or ("opportunity",)).filter(pk=key, opportunity=deal).first()
    if row is None:
        raise NotBelow
    return row


def row_of(user: User, model: type, key: UUID, *fetch: str, of: Any = None, change: bool = True, **where: Any) -> Any:
    """The row `key` of `model`, seen, and changed by whoever may change it (`of`: the name of the row above it that is
    asked for this). Raises NotBelow, NotAllowed."""
    from rounds.access.allowed import need_to_read, need_to_write
    from rounds.access.scope import noun_of, visible
    from rounds.access.sight import current

    row = visible(model, current()).select_related(*fetch).filter(pk=key, **where).first()
    if row is None:
        raise NotBelow("There is no such thing, or you do not see it; list them for their ids.")
    above = getattr(row, of) if of else row
    if change:
        need_to_write(user, above)
    else:
        need_to_read(user, noun_of(type(above)))
    return row


def contact_of(key: UUID | None, deal: Opportunity | None = None) -> Contact | None:
    """The contact of that id, seen; None where none is said; with `deal`, somebody of its customer. Raises NotBelow."""
    from rounds.access.scope import visible
    from rounds.access.sight import current
    from rounds.models import Contact

    row = visible(Contact, current()).filter(pk=key).first() if key else None
    theirs = deal is None or row is None or row.buying_unit_id == (deal.buying_unit_id or deal.account_id)
    if key and (row is None or not theirs):
        raise NotBelow("There is no such contact of the customer, or you do not see them.")
    return row


def in_zone(moment: datetime, user: User) -> datetime:
    """A moment with its zone: the person's where none is said."""
    from zoneinfo import ZoneInfo

    return moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(user.time_zone or "UTC"))


