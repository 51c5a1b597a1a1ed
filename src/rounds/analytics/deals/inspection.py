"""Deal inspection: the open deals in the order they are worth talking about, with what changed since last Monday, what endangers each, how
sure one may be of it, what its rep calls it and what a manager holds against that (PLUS-30, FORECAST-01, 05, 07, 08)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery, TextField, Value
from django.db.models.functions import Coalesce, NullIf

from rounds.analytics.forecast import deals as parts
from rounds.analytics.forecast.deals import Line
from rounds.analytics.forecast.groups import Asked
from rounds.analytics.forecast.model import learned
from rounds.analytics.numbers import period as periods
from rounds.analytics.numbers.live import Live
from rounds.analytics.numbers.registry import find
from rounds.analytics.numbers.running import Cell, behind
from rounds.analytics.numbers.sources import Filters
from rounds.models import DealSnapshot, Event, ForecastCall, Opportunity
from rounds.models.flow.days import day_of
from rounds.playbook import Playbook
from rounds.rules.forecast.chances import chances
from rounds.rules.forecast.history import Open
from rounds.rules.pipeline.quarters import Quarter

MOST = 200
"""Deals of one sitting."""
FIELDS = ("stage", "amount_cents", "close_on", "forecast_category")
ANY = "open"
VIEWS = (ANY, "inside", "past", "later", "undated")
"""All open deals, or those whose close date lies so (analytics/forecast/deals.py `place_of`)."""


@dataclass(frozen=True)
class Change:
    """A value of a deal on last Monday and now; `before` None where it was not said."""

    field: str
    before: Any
    after: Any


@dataclass(frozen=True)
class Sitting:
    """Which deals one goes through: `asked` says whose, and of which quarter; `view` one of VIEWS; `category`: those that count as it, by the
    manager's word where there is one, else by the rep's."""

    asked: Asked
    view: str = ANY
    category: str = ""


@dataclass(frozen=True)
class Inspected:
    """A deal with what changed since `since` (None: what stood then was not kept), what endangers it, and its `line` in the forecast
    (None once it is closed)."""

    deal: Opportunity
    changes: tuple[Change, ...]
    known: bool
    new: bool
    why: str = ""
    line: Line | None = None

    @property
    def weight(self) -> tuple[int, int, str]:
        """Money × change first, then money: what moved and is large stands on top."""
        money = self.deal.amount_company_cents or 0
        return (-money * (len(self.changes) + self.new), -money, str(self.deal.pk))


def last_monday(book: Playbook, at: datetime) -> date:
    """The Monday one looks back to: the last one before today in the company's zone."""
    today = periods.today(book, at)
    return today - timedelta(days=today.weekday() or 7)


def narrowed(rows: QuerySet[Opportunity], sitting: Sitting) -> QuerySet[Opportunity]:
    """Of `rows` the open deals of a sitting, of every view."""
    rows = rows.filter(sitting.asked.where(), closed_at=None)
    if not sitting.category:
        return rows
    said = ForecastCall.objects.filter(opportunity=OuterRef("pk"), starts_on=sitting.asked.quarter.first).order_by("-at", "-id").values("category")[:1]
    return rows.alias(counts_as=Coalesce(NullIf(Subquery(said), Value("", output_field=TextField())), "forecast_category")).filter(counts_as=sitting.category)


def views(rows: QuerySet[Opportunity], span: Quarter, today: date) -> dict[str, int]:
    """How many of `rows` each view has. One query."""
    found = rows.order_by().aggregate(**{f"in_{name}": Count("pk", filter=_lies(name, span, today)) for name in VIEWS if name != ANY}, all=Count("pk"))
    return {name: found["all" if name == ANY else f"in_{name}"] for name in VIEWS}


def _lies(view: str, span: Quarter, today: date) -> Q:
    coming = Q(close_on__gte=today)
    inside = coming & Q(close_on__gte=span.first, close_on__lte=span.last)
    return {"inside": inside, "past": Q(close_on__lt=today), "undated": Q(close_on=None),
            "later": coming & (Q(close_on__lt=span.first) | Q(close_on__gt=span.last))}.get(view, Q())  # fmt: skip


def inspected(rows: QuerySet[Opportunity], sitting: Sitting, engine: Live, at: datetime) -> list[Inspected]:
    """The largest MOST of `rows` (see `narrowed`) that lie in the sitting's view, what moved first. A constant number of queries."""
    since, span = last_monday(engine.book, at), sitting.asked.quarter
    found = rows.filter(_lies(sitting.view, span, periods.today(engine.book, at))).select_related("account", "owner")
    deals = list(found.order_by(F("amount_company_cents").desc(nulls_last=True), "pk")[:MOST])
    if not deals:
        return []
    stood, risks, kept = then([deal.pk for deal in deals], since), risks_of(engine, at, _these(deals)), engine.kept_since()
    known, lines = kept is not None and kept <= since, forecast_of(deals, span, engine.book, at)
    return sorted((_one(deal, stood.get(deal.pk), risks.get(str(deal.pk), ""), known, lines[deal.pk]) for deal in deals), key=lambda one: one.weight)


def inspect(deal: Opportunity, span: Quarter, engine: Live, at: datetime) -> Inspected:
    """One deal, as in the list."""
    since, kept = last_monday(engine.book, at), engine.kept_since()
    line = forecast_of([deal], span, engine.book, at)[deal.pk] if deal.is_open else None
    return _one(deal, then([deal.pk], since).get(deal.pk), risks_of(engine, at, _these([deal])).get(str(deal.pk), ""), kept is not None and kept <= since, line)


def forecast_of(deals: Sequence[Opportunity], span: Quarter, book: Playbook, at: datetime) -> dict[UUID, Line]:
    """Open deal → how it counts in a quarter, how sure one may be of it and how often it slipped, as on the page of the number."""
    today, cents = periods.today(book, at), parts.amounts(deals, book)
    wins = [0.0] * len(deals)
    if span.last >= today:
        opens = [Open(str(deal.pk), deal.stage, day_of(book, deal.stage_since or deal.opened_at), cents[deal.pk]) for deal in deals]
        wins = [float(one) for one in chances(learned(book, today).rates, today, span.last, since=span.first).won(opens)]
    return {line.deal.pk: line for line in parts.lines_of(deals, cents, wins, parts.changes(deals), span, book, today)}


def _these(deals: list[Opportunity]) -> Filters:
    """Only of these: one, or always MOST (the last one again and again), so that two statements are compiled and no more."""
    keys = [str(deal.pk) for deal in deals]
    return (("deal", tuple(keys + keys[-1:] * (MOST - len(keys) if len(keys) != 1 else 0))),)


def then(keys: Iterable[UUID], day: date) -> dict[UUID, DealSnapshot]:
    """How each deal stood at the end of `day`."""
    rows = DealSnapshot.objects.filter(opportunity_id__in=list(keys), day__lte=day)
    return {row.opportunity_id: row for row in rows.order_by("opportunity_id", "-day").distinct("opportunity_id")}


def risks_of(engine: Live, at: datetime, filters: Filters = ()) -> dict[str, str]:
    """Deal → the flags that are raised on it (ANALYTICS-41)."""
    metric, today = find("deals_at_risk"), periods.today(engine.book, at)
    found = behind(metric, Cell(periods.containing("week", today, engine.book)), engine, at, filters)
    return {row.id: row.why.rstrip(", ") for row in found}


def told(deal: Opportunity, since: date, engine: Live) -> list[Event]:
    """What was said of the deal since: who changed what and why, the latest first."""
    begins = periods.midnight(since, engine.book).replace(tzinfo=periods.UTC)
    return list(Event.objects.filter(opportunity_id=deal.pk, at__gte=begins, kind__startswith="opportunity.").order_by("-at")[:6])


def _one(deal: Opportunity, stood: DealSnapshot | None, why: str, known: bool, line: Line | None) -> Inspected:
    if stood is None:
        return Inspected(deal, (), known, known, why, line)
    before = {"stage": stood.stage, "amount_cents": stood.amount_cents, "close_on": stood.close_on, "forecast_category": stood.forecast_category}
    after = {"stage": deal.stage, "amount_cents": deal.amount_company_cents, "close_on": deal.close_on, "forecast_category": deal.forecast_category}
    return Inspected(deal, tuple(Change(name, before[name], after[name]) for name in FIELDS if before[name] != after[name]), True, False, why, line)
