"""Many numbers at once: all of a dashboard in one statement, and one that fails takes no other with it."""

from __future__ import annotations

import logging
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction

from rounds.analytics.numbers import compiling
from rounds.analytics.numbers import period as periods
from rounds.analytics.numbers.aims import marks
from rounds.analytics.numbers.compiling import COLUMNS, Statement
from rounds.analytics.numbers.definition import Metric
from rounds.analytics.numbers.live import Live
from rounds.analytics.numbers.reading import read
from rounds.analytics.numbers.registry import find
from rounds.analytics.numbers.result import Reading
from rounds.analytics.numbers.running import Cell, combined, dated, is_kept
from rounds.analytics.numbers.sources import Filters

log = logging.getLogger(__name__)
Sums = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class Ask:
    """One number that is wanted; with `by`, one for each value of a dimension."""

    metric: Metric
    cell: Cell
    filters: Filters = ()
    by: str = ""


def together(asks: Sequence[Ask], engine: Live, at: datetime) -> dict[Ask, dict[str, Reading] | None]:
    """Ask → its number under "" (of a breakdown one under each value), None where it could not be read. One statement, whatever
    is asked; where that fails each is read by itself, so that a single one is lost. Two more where chances are read."""
    needed: dict[Ask, tuple[Ask, ...]] = {one: _made_of(one, engine, at) for one in asks}
    basic = list(dict.fromkeys(part for parts in needed.values() for part in parts))
    sums = _sums([one for one in basic if is_kept(one.metric, one.cell, engine, at)], engine, at)
    known = {one: _readings(one, sums.get(one, "not kept"), engine) for one in basic}
    return {one: _whole(one, parts, known, engine) for one, parts in needed.items()}


def _made_of(ask: Ask, engine: Live, at: datetime) -> tuple[Ask, ...]:
    """The asks that are statements of their own: itself, what it is derived from, or none where its records do not exist."""
    metric = ask.metric
    if metric.runs or metric.waits:
        return (ask,) if metric.runs else ()
    today, found = periods.today(engine.book, at), []
    for name in metric.of:
        one = find(name)
        cell = ask.cell if ask.cell.as_of else dated(ask.cell.period, today, one)
        found.append(Ask(one, cell, tuple((word, values) for word, values in ask.filters if word in one.filters)))
    return tuple(found)


def _sums(asks: Sequence[Ask], engine: Live, at: datetime) -> dict[Ask, Sums | None]:
    made: dict[Ask, Statement] = {}
    failed: list[Ask] = []
    for one in asks:
        try:
            made[one] = compiling.compiled(one.metric, one.cell.window(engine.book, at), one.by, one.filters, engine.book, engine.dialect, engine.narrows)
        except Exception:  # a definition that breaks is told on its own tile
            log.exception("the metric %s cannot be written as a statement", one.metric.name)
            failed.append(one)
    found = _fetched(list(made), made, engine)
    return {**found, **dict.fromkeys(failed)}


def _fetched(asks: list[Ask], made: dict[Ask, Statement], engine: Live) -> dict[Ask, Sums | None]:
    """The rows of all asks by one statement; halved where it fails, until the one that fails stands alone."""
    if not asks:
        return {}
    whole = compiling.joined([made[one] for one in asks], engine.holds)
    try:
        with transaction.atomic():
            rows = engine.fetch(whole.sql, whole.used)
    except Exception:
        if len(asks) == 1:
            log.exception("the metric %s cannot be read", asks[0].metric.name)
            return {asks[0]: None}
        middle = len(asks) // 2
        return {**_fetched(asks[:middle], made, engine), **_fetched(asks[middle:], made, engine)}
    held: dict[int, Sums] = defaultdict(list)
    for row in rows:
        held[row[0]].append(dict(zip(COLUMNS, row, strict=True)))
    return {one: held[place] for place, one in enumerate(asks)}


def _readings(ask: Ask, sums: Sums | str | None, engine: Live) -> dict[str, Reading] | None:
    if sums is None:
        return None
    if isinstance(sums, str):
        return {} if ask.by else {"": Reading(ask.metric.unit, "not kept")}
    period, book = ask.cell.period, engine.book
    return {row["part"]: read(ask.metric, row, book, marks(ask.metric, period, book, ask.filters, ask.by, row["part"])) for row in sums}


def _whole(ask: Ask, parts: tuple[Ask, ...], known: dict[Ask, dict[str, Reading] | None], engine: Live) -> dict[str, Reading] | None:
    if ask.metric.waits:
        return {"": Reading(ask.metric.unit, "waits")}
    if ask.metric.runs:
        return known[ask]
    of = {}
    for part in parts:
        here = known[part]
        if here is None:
            return None
        of[part.metric.name] = here[""]
    return {"": combined(ask.metric, of, ask.cell, engine.book)}
