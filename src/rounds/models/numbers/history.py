"""The stage history of deals as the forecast reads it: spells in stages, from the entries alone (PIPE-26).

Read with whole sight by whoever asks: what is learned of the past must not hang on who looks.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from rounds.models.deals.opportunities import Opportunity
from rounds.models.deals.stages import StageEntry
from rounds.models.flow.days import day_of
from rounds.playbook import Playbook
from rounds.rules.forecast.history import LOST, WON, History, Spell, history_of
from rounds.rules.pipeline.amounts import counted


def history(book: Playbook) -> History:
    """Every deal's way through the stages, in days of the house's zone. Three queries."""
    ends = {book.stages.ending("won"): WON, book.stages.ending("lost"): LOST}
    cents = dict(Opportunity.objects.values_list("id", "amount_company_cents"))
    below = children(book)
    told = StageEntry.objects.order_by("opportunity_id", "entered_at", "at", "id").values_list("opportunity_id", "now", "entered_at")
    spells: list[Spell] = []
    for deal, stage, entered, left, to in _pairs(told, book):
        if stage not in ends:
            own = counted(cents.get(deal), below.get(deal, ()))
            end = ends.get(to, to)
            spells.append(Spell(str(deal), stage, entered, left, end, own, own if end == WON else 0))
    return history_of(spells)


def children(book: Playbook) -> dict[UUID, list[int]]:
    """Deal → what those below it bring that are not lost, in cents: a sum counts parent and child once (PIPE-29). One query."""
    rows = Opportunity.objects.filter(parent__isnull=False).exclude(stage=book.stages.ending("lost")).values_list("parent_id", "amount_company_cents")
    found: dict[UUID, list[int]] = {}
    for parent, cents in rows:
        found.setdefault(parent, []).append(cents or 0)
    return found


def today(book: Playbook, at: datetime) -> date:
    """The day it is for the company at a moment."""
    return day_of(book, at)


def _pairs(told: Iterable[tuple[UUID, str, datetime]], book: Playbook) -> Iterable[tuple[UUID, str, date, date | None, str]]:
    """(deal, stage, entered, left, to) of each entry and the one after it; the same stage again is no exit."""
    here = ZoneInfo(book.calendar.zones.house)
    deal, stage, since = None, "", date.min
    for key, now, moment in told:
        day = moment.astimezone(here).date()
        if key != deal:
            if deal is not None:
                yield deal, stage, since, None, ""
            deal, stage, since = key, now, day
        elif now != stage:
            yield deal, stage, since, day, now
            stage, since = now, day
    if deal is not None:
        yield deal, stage, since, None, ""
