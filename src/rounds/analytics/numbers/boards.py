"""Dashboards: the tiles of the playbook's dashboards with their numbers, how they went, their parts and rows (ANALYTICS-52)."""

from __future__ import annotations

import logging
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction

from rounds.analytics.numbers import period as periods
from rounds.analytics.numbers.answering import judge
from rounds.analytics.numbers.definition import Metric
from rounds.analytics.numbers.live import Live
from rounds.analytics.numbers.period import Period
from rounds.analytics.numbers.registry import find
from rounds.analytics.numbers.result import Reading
from rounds.analytics.numbers.running import Behind, Cell, behind, dated
from rounds.analytics.numbers.sources import Filters
from rounds.analytics.numbers.together import Ask, together
from rounds.playbook.shapes.measures import Dashboard, Tile
from rounds.rules.numbers.judging import Verdict

log = logging.getLogger(__name__)
LISTED = 5


@dataclass(frozen=True)
class Question:
    """What a dashboard is asked: its period, filters (dimension, values), and the day it is asked of."""

    period: Period
    filters: Filters = ()
    as_of: date | None = None

    def of(self, metric: Metric) -> Filters:
        """The filters the metric knows."""
        return tuple(one for one in self.filters if one[0] in metric.filters)

    def cell(self, period: Period, metric: Metric, today: date) -> Cell:
        """A cell of this question; the day it is asked of holds for its own period."""
        if self.as_of and self.as_of < today and period == self.period:
            return Cell(period, self.as_of)
        return dated(period, today, metric)


@dataclass(frozen=True)
class Shown:
    """A tile with its number. `reading` None: `lost` says why (it could not be read, or the viewer's role does not read it);
    `apart`: dimensions that are asked for and that the metric does not know, so that its number is of everything."""

    place: int
    tile: Tile
    metric: Metric
    reading: Reading | None
    verdicts: tuple[Verdict, ...] = ()
    apart: tuple[str, ...] = ()
    lost: str = ""

    @property
    def title(self) -> str:
        return self.tile.title or self.metric.title


@dataclass(frozen=True)
class Picture:
    """How a tile's number went (the period asked for is last), or its parts, or the rows that weigh most."""

    place: int
    tile: Tile
    metric: Metric
    points: tuple[tuple[Period, Reading], ...] = ()
    parts: tuple[tuple[str, Reading], ...] = ()
    rows: tuple[Behind, ...] = ()
    lost: bool = False

    @property
    def before(self) -> tuple[Period, Reading] | None:
        """The period before the one asked for."""
        return self.points[-2] if len(self.points) > 1 else None


def tiles(board: Dashboard, question: Question, engine: Live, at: datetime, *, unread: Collection[str] = (), only: str = "") -> list[Shown]:
    """The tiles with their numbers: one statement, three at most. `unread`: nouns the viewer's role does not read. `only`: a
    dimension every tile has to be narrowed by (a rep's own numbers), or it is not shown."""
    today = periods.today(engine.book, at)
    placed = [(place, tile, find(tile.metric)) for place, tile in enumerate(board.tiles)]
    asked = {place: Ask(metric, question.cell(question.period, metric, today), question.of(metric))
             for place, _, metric in placed if not _kept_from(metric, unread, only)}  # fmt: skip
    found = together(list(asked.values()), engine, at)
    return [_shown(place, tile, metric, question, found[asked[place]] if place in asked else None, _kept_from(metric, unread, only), engine)
            for place, tile, metric in placed]  # fmt: skip


def _kept_from(metric: Metric, unread: Collection[str], only: str) -> str:
    if metric.noun in unread:
        return f"Your role does not read {metric.noun}s."
    return f"It is not known by {only}." if only and not metric.waits and only not in metric.filters else ""


def _shown(place: int, tile: Tile, metric: Metric, question: Question, found: dict[str, Reading] | None, kept: str, engine: Live) -> Shown:
    if found is None:
        return Shown(place, tile, metric, None, lost=kept or "It could not be read just now; the others stand.")
    apart = () if metric.waits else tuple(name for name, _ in question.filters if name not in metric.filters)
    return Shown(place, tile, metric, found[""], judge(metric, question.period, found[""], engine.book), apart)


def pictures(board: Dashboard, question: Question, engine: Live, at: datetime, *, unread: Collection[str] = (), only: str = "") -> list[Picture]:
    """How every number went, what it is made of and what weighs most: one statement, and one for each list."""
    book, today = engine.book, periods.today(engine.book, at)
    told = periods.trend(question.period, book, book.measures.trend.value)
    two = (periods.before(question.period, book), question.period)
    placed = [(place, tile, metric) for place, tile in enumerate(board.tiles)
              if not (metric := find(tile.metric)).waits and not _kept_from(metric, unread, only)]  # fmt: skip
    trend, parts = {}, {}
    for place, tile, metric in placed:
        filters = question.of(metric)
        if tile.shown in ("figure", "trend") or tile.before:
            trend[place] = [Ask(metric, question.cell(one, metric, today), filters) for one in (told if tile.shown in ("figure", "trend") else two)]
        if tile.shown not in ("figure", "trend") and tile.by in metric.by:
            parts[place] = Ask(metric, question.cell(question.period, metric, today), filters, tile.by)
    found = together([*(one for asks in trend.values() for one in asks), *parts.values()], engine, at)
    made = []
    for place, tile, metric in placed:
        points = tuple((ask.cell.period, said[""]) for ask in trend.get(place, ()) if (said := found[ask]) is not None)
        split = found[parts[place]] if place in parts else {}
        rows = _rows(metric, question, engine, at, today) if tile.shown == "list" else ()
        made.append(Picture(place, tile, metric, points, tuple((split or {}).items()), rows or (), split is None or rows is None))
    return made


def _rows(metric: Metric, question: Question, engine: Live, at: datetime, today: date) -> tuple[Behind, ...] | None:
    """The rows that weigh most; None where they could not be read."""
    try:
        with transaction.atomic():
            return tuple(behind(metric, question.cell(question.period, metric, today), engine, at, question.of(metric), size=LISTED))
    except Exception:
        log.exception("the rows of %s cannot be read", metric.name)
        return None
