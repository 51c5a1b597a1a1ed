"""A quarter as somebody sees it: what is won, called, held and forecast, by whom and where; coverage and gap (FORECAST-01 to 09)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Q, QuerySet

from rounds.access.scope import visible
from rounds.analytics.forecast import deals as parts
from rounds.analytics.forecast.deals import Line, Was
from rounds.analytics.forecast.groups import Asked, Cover, Group, grouped, summed
from rounds.analytics.forecast.model import Ahead, Learned, ahead, learned
from rounds.analytics.forecast.said import as_locked, locked_results, parts_of, put_said
from rounds.kit.scope import Scope
from rounds.models import ForecastLock, Opportunity
from rounds.models.flow.days import day_of
from rounds.playbook import Playbook
from rounds.rules.forecast.history import Open
from rounds.rules.forecast.methods import Deal, Method, methods, parted
from rounds.rules.pipeline.probability import Outcomes
from rounds.rules.pipeline.quarters import Quarter


@dataclass(frozen=True)
class Held:
    """The quarter. `lines`: its open deals, of every close date, the largest first. `before`: how deals stood before their
    changes (for the waterfall)."""

    asked: Asked
    today: date
    locked: ForecastLock | None
    lines: list[Line]
    won: list[Opportunity]
    won_cents: int
    methods: list[Method]
    ahead: Ahead | None
    learned: Learned
    groups: list[Group]
    total: Group
    cover: Cover
    before: Mapping[UUID, list[Was]]
    recent: list[Opportunity]
    amounts: Mapping[UUID, int]
    since_lock: int = 0
    """Cents by which what the records say was won is more than what was won when the quarter was locked."""

    def of(self, place: str) -> list[Line]:
        return [line for line in self.lines if line.place == place]

    @property
    def past(self) -> dict[str, int]:
        """How many deals have a close date that has passed, and their cents: they count in no sum of the quarter."""
        rows = self.of("past")
        return {"deals": len(rows), "cents": sum(line.cents for line in rows)}

    @property
    def deciding(self) -> list[Line]:
        """The five deals on which most hangs."""
        counting = [line for line in self.lines if line.weight > 0]
        return sorted(counting, key=lambda line: -line.weight)[:5]


def quarter(scope: Scope, asked: Asked, book: Playbook, at: datetime, outcomes: tuple[Outcomes, int]) -> Held:
    """The quarter as `scope` sees it, in a constant number of queries. `outcomes`: of our own closed deals (models/deals/standing.py)."""
    today, span = day_of(book, at), asked.quarter
    since = min(asked.since or span.first, span.first)
    rows = _rows(scope, asked, since, book)
    cents = parts.amounts(rows, book)
    still, won = [one for one in rows if one.is_open], [one for one in rows if _won_in(one, span, book)]
    won_cents, known = sum(cents[one.pk] for one in won), learned(book, today)
    opens = [Open(str(one.pk), one.stage, day_of(book, one.stage_since or one.opened_at), cents[one.pk]) for one in still]
    coming = ahead(known, opens, span, today, won_cents, book)
    before = parts.changes(rows)
    lines = _lines(still, cents, coming, opens, before, asked, book, today)
    split = parted([line.rule for line in lines], span.first, span.last, today)
    lock = ForecastLock.objects.filter(starts_on=span.first).first()
    groups, total = _groups(scope, asked, [line.line for line in lines], won, cents, lock, book)
    found = methods(book, split, outcomes=outcomes[0], closed=outcomes[1], learned_from=known.deals)
    assert total.cover is not None
    return Held(asked, today, lock, [line.line for line in lines], won, total.won, found, coming, known, groups, total, total.cover, before, rows, cents, won_cents - total.won)


def _groups(scope: Scope, asked: Asked, lines: list[Line], won: list[Opportunity], cents: Mapping[UUID, int], lock: ForecastLock | None,
            book: Playbook) -> tuple[list[Group], Group]:  # fmt: skip
    found, total = grouped(asked, lines, won, cents)
    if results := locked_results(scope, asked, lock):
        as_locked(found, total, results, asked.by)
    carry = put_said(scope, asked, found, total, parts_of(asked, lines, won, cents))
    return summed(found, total, asked, book, carry), total


def _rows(scope: Scope, asked: Asked, since: date, book: Playbook) -> list[Opportunity]:
    """Open deals, and those that closed since a day."""
    rows: QuerySet[Opportunity] = visible(Opportunity, scope).filter(asked.where())
    moment = datetime.combine(since, time(), tzinfo=ZoneInfo(book.calendar.zones.house))
    return list(rows.filter(Q(closed_at=None) | Q(closed_at__gte=moment)).select_related("account", "owner", "team").order_by("pk"))


def _won_in(deal: Opportunity, span: Quarter, book: Playbook) -> bool:
    if deal.closed_at is None or deal.stage != book.stages.ending("won"):
        return False
    return span.first <= day_of(book, deal.closed_at) <= span.last


@dataclass(frozen=True)
class _Both:
    line: Line
    rule: Deal


def _lines(still: Sequence[Opportunity], cents: Mapping[UUID, int], coming: Ahead | None, opens: Sequence[Open], before: Mapping[UUID, list[Was]],
           asked: Asked, book: Playbook, today: date) -> list[_Both]:  # fmt: skip
    wins = [float(one) for one in coming.chances.won(opens)] if coming and opens else [0.0] * len(still)
    found = [_Both(line, Deal(str(line.deal.pk), line.deal.stage, line.category, line.cents, line.deal.close_on, line.chance if coming else None))
             for line in parts.lines_of(still, cents, wins, before, asked.quarter, book, today)]  # fmt: skip
    return sorted(found, key=lambda one: (-one.line.cents, one.line.deal.name, one.line.deal.pk))
