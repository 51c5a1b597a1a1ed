"""What dashboards ask, compiled before anybody asks: at the start of a server, by a process of its own."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from rounds.analytics.numbers import compiling
from rounds.analytics.numbers import period as periods
from rounds.analytics.numbers.definition import REGISTRY, Metric
from rounds.analytics.numbers.registry import find, metrics
from rounds.analytics.numbers.running import Cell, dated
from rounds.analytics.numbers.sources import Filters
from rounds.playbook import Playbook
from rounds.playbook.shapes.measures import Dashboard

OWN: Filters = (("owner", ("00000000-0000-0000-0000-000000000000",)),)
"""A rep's dashboard is narrowed to one person; whose makes no difference to the statement's shape."""
LISTED, PERSON = 5, "owner"


def warm(book: Playbook, at: datetime) -> Iterator[str]:
    """Compile what is not kept yet, a metric at a time (its name), the dashboards' tiles first: so that one may stop between them."""
    for board in book.dashboards.dashboards:
        for tile in board.tiles:
            metric = find(tile.metric)
            for one in _runnable(metric):
                _compile(board, tile.by if one is metric and tile.by in one.by else "", tile.shown == "list", one, book, at)
                yield one.name
        for metric in map(find, board.each):
            if metric.runs and PERSON in metric.by:
                _compile(board, PERSON, False, metric, book, at)
                yield metric.name
    for metric in metrics().values():
        for one in _runnable(metric):
            cell = dated(periods.containing("quarter", periods.today(book, at), book), periods.today(book, at), one)
            compiling.compiled(one, cell.window(book, at), "", (), book, "postgres", None)
            yield one.name


def _runnable(metric: Metric) -> list[Metric]:
    return [] if metric.waits else [metric] if metric.runs else [REGISTRY[name] for name in metric.of]


def _compile(board: Dashboard, by: str, listed: bool, metric: Metric, book: Playbook, at: datetime) -> None:
    """The figure, its trend, its parts and its rows, for everybody and for one person."""
    today = periods.today(book, at)
    here = periods.containing(board.period, today, book)
    held = tuple(one for one in OWN if one[0] in metric.filters) if board.dashboard == "rep" else ()
    for cell in (dated(here, today, metric), dated(periods.before(here, book), today, metric)):
        compiling.compiled(metric, cell.window(book, at), "", held, book, "postgres", None)
    if by:
        compiling.compiled(metric, Cell(here).window(book, at), by, held, book, "postgres", None)
    if listed:
        compiling.compiled_rows(metric, Cell(here).window(book, at), held, book, "postgres", None, ("", ""), LISTED)
