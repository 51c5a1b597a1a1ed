"""Running a metric: one definition, any engine (records, files, Spark), the same answer."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Protocol

from rounds.analytics.numbers import compiling
from rounds.analytics.numbers import period as periods
from rounds.analytics.numbers.aims import marks
from rounds.analytics.numbers.compiling import COLUMNS
from rounds.analytics.numbers.definition import Metric
from rounds.analytics.numbers.period import Period, Window
from rounds.analytics.numbers.pruning import Columns
from rounds.analytics.numbers.reading import read
from rounds.analytics.numbers.registry import find
from rounds.analytics.numbers.result import Reading
from rounds.analytics.numbers.sources import Filters
from rounds.kit.refusal import Refusal
from rounds.kit.scope import Scope
from rounds.playbook import Playbook

HOUR = timedelta(hours=1)


class NotAskedSo(Refusal):
    """This metric cannot be filtered or broken down so."""

    status = 422


class Engine(Protocol):
    """A database with the tables in it. `narrows`: the Scope the expression itself is narrowed by, None where the tables are."""

    book: Playbook

    @property
    def dialect(self) -> str: ...

    @property
    def narrows(self) -> Scope | None: ...

    def fetch(self, sql: str, used: Columns) -> list[tuple[Any, ...]]:
        """The rows of a compiled statement."""
        ...

    def kept_since(self) -> date | None:
        """The first day of which it is known how every deal stood; None where no day was kept."""
        ...

    def chances_are_targets(self) -> bool | None:
        """Whether the chances of stages are the playbook's targets still (PLUS-29); None where nobody knows."""
        ...


def holds(engine: Engine) -> bool:
    """Whether the engine knows the deals that several statements go through once (compiling.HELD)."""
    return bool(getattr(engine, "holds", False))


@dataclass(frozen=True, slots=True)
class Cell:
    """One number to be made: of a period, about the records as they stood on `as_of` (None: as they are)."""

    period: Period
    as_of: date | None = None

    def window(self, book: Playbook, at: datetime) -> Window:
        return periods.window(self.period, book, _hour(at), self.as_of)


@dataclass(frozen=True, slots=True)
class Behind:
    """A row behind a number: the record of the metric's noun, and what it adds to each side."""

    id: str
    top: int | None
    base: int | None
    x: int | None
    why: str = ""


def readings(metric: Metric, cells: Iterable[Cell], engine: Engine, at: datetime, filters: Filters = ()) -> list[Reading]:
    """The number of each cell, in order: one statement (of a derived metric, one for each it is made of)."""
    cells = tuple(cells)
    if metric.waits:
        return [Reading(metric.unit, "waits") for _ in cells]
    if not metric.runs:
        return _combined(metric, cells, engine, at, filters)
    lacking = {place for place, cell in enumerate(cells) if not is_kept(metric, cell, engine, at)}
    known = [cell for place, cell in enumerate(cells) if place not in lacking]
    rows = iter(sorted(_sums(metric, tuple(known), "", filters, engine, at), key=lambda row: row["cell"]) if known else [])
    return [Reading(metric.unit, "not kept") if place in lacking else read(metric, next(rows), engine.book, marks(metric, cell.period, engine.book, filters))
            for place, cell in enumerate(cells)]  # fmt: skip


def is_kept(metric: Metric, cell: Cell, engine: Engine, at: datetime) -> bool:
    """Whether what a number of `cell` is made of is known: of days that are over, what was kept of them."""
    today = periods.today(engine.book, at)
    if metric.now_only:
        return cell.as_of is None and cell.period.ends >= today
    needed = [cell.as_of] if cell.as_of and metric.noun == "opportunity" else []
    needed += [cell.period.starts] if metric.needs_start(cell.period, today) else []
    needed += [min(cell.as_of or today, cell.period.ends) - timedelta(days=metric.back_days)] if metric.back_days else []
    kept = engine.kept_since() if needed else None
    return not needed or (kept is not None and kept <= min(needed))


def parts(metric: Metric, cell: Cell, by: str, engine: Engine, at: datetime, filters: Filters = ()) -> list[tuple[str, Reading]]:
    """(value, number) of each value of a dimension, in the order of the values."""
    if by not in metric.by or not metric.runs:
        raise NotAskedSo(f"{metric.title} is not broken down by {by[:40]}. It is by: {', '.join(metric.by) or 'nothing'}.")
    if not is_kept(metric, cell, engine, at):
        return []
    found = _sums(metric, (cell,), by, filters, engine, at)
    return sorted((row["part"], read(metric, row, engine.book, marks(metric, cell.period, engine.book, filters, by, row["part"]))) for row in found)


def behind(metric: Metric, cell: Cell, engine: Engine, at: datetime, filters: Filters = (), part: tuple[str, str] = ("", ""), size: int | None = None) -> list[Behind]:
    """The rows a number is made of, what weighs most first; of a derived or waiting metric none."""
    if not metric.runs or not is_kept(metric, cell, engine, at):
        return []
    window = cell.window(engine.book, at)
    made = compiling.compiled_rows(metric, window, _checked(metric, filters), engine.book, engine.dialect, engine.narrows, part, size)
    # Rows of two tables in one column: keys are told as texts everywhere, so that they stand together.
    used = {name: frozenset[str]() for name in made.used} if " UNION " in made.sql else made.used
    found = engine.fetch(made.sql, used)
    return [Behind(str(key), *(None if one is None else int(one) for one in said), why=str(why)) for key, *said, why in found]


def _sums(metric: Metric, cells: tuple[Cell, ...], by: str, filters: Filters, engine: Engine, at: datetime) -> list[dict[str, Any]]:
    windows = [cell.window(engine.book, at) for cell in cells]
    made = compiling.statement(metric, windows, by, _checked(metric, filters), engine.book, engine.dialect, engine.narrows, holds(engine))
    return [dict(zip(COLUMNS, row, strict=True)) for row in engine.fetch(made.sql, made.used)]


def _combined(metric: Metric, cells: tuple[Cell, ...], engine: Engine, at: datetime, filters: Filters) -> list[Reading]:
    """The numbers of a metric that is made of others, each of them of its own day."""
    today = periods.today(engine.book, at)
    of = {}
    for name in metric.of:
        one = find(name)
        own = [cell if cell.as_of else dated(cell.period, today, one) for cell in cells]
        of[name] = readings(one, own, engine, at, tuple((word, values) for word, values in filters if word in one.filters or word not in metric.filters))
    return [combined(metric, {name: several[place] for name, several in of.items()}, cell, engine.book) for place, cell in enumerate(cells)]


def combined(metric: Metric, of: dict[str, Reading], cell: Cell, book: Playbook) -> Reading:
    """A number made of other readings: none while one of them is none, and then for its reason."""
    lacking = next((one for one in of.values() if one.value is None), None)
    value = None if lacking else metric.combine({name: one.value for name, one in of.items()}, book)
    state = lacking.state if lacking else "ok" if value is not None else "no data"
    return Reading(metric.unit, state, value, min(one.n for one in of.values()), marks=marks(metric, cell.period, book))


def _checked(metric: Metric, filters: Filters) -> Filters:
    """The filters, each one the metric knows. Raises NotAskedSo."""
    for name, values in filters:
        if name not in metric.filters and not (name == "deal" and metric.noun == "opportunity"):
            raise NotAskedSo(f"{metric.title} is not filtered by {name[:40]}. It is by: {', '.join(metric.filters) or 'nothing'}.")
        if name == "tier" and not all(value.isdigit() for value in values):
            raise NotAskedSo("A tier is a number: 1, 2, 3, or 0 for outside the programme.")
    return filters


def _hour(at: datetime) -> datetime:
    """The hour `at` ends: within it one page is compiled once, and nothing that has happened lies after it."""
    whole = at.astimezone(UTC).replace(minute=0, second=0, microsecond=0)
    return whole + HOUR - timedelta(microseconds=1)


def dated(period: Period, today: date, metric: Metric) -> Cell:
    """The cell of a period as one asks for it: what is of a moment is read as it stood when the period ended."""
    return Cell(period, period.ends if metric.at_a_moment and period.ends < today else None)



def all_at_once(metrics: Iterable[Metric], period: Period, engine: Engine, at: datetime) -> dict[str, Reading]:
    """The number of every metric for one period, in one statement: name → Reading."""
    today, found = periods.today(engine.book, at), {}
    wanted = list(metrics)
    needed = {one.name: one for metric in wanted for one in ([metric] if metric.runs else map(find, metric.of))}
    cells = {name: dated(period, today, one) for name, one in needed.items()}
    kept = [one for name, one in needed.items() if is_kept(one, cells[name], engine, at)]
    made = [compiling.compiled(one, cells[one.name].window(engine.book, at), "", (), engine.book, engine.dialect, engine.narrows) for one in kept]
    joined = compiling.joined(made, holds(engine))
    sums = {row[0]: dict(zip(COLUMNS, row, strict=True)) for row in engine.fetch(joined.sql, joined.used)} if made else {}
    for place, one in enumerate(kept):
        found[one.name] = read(one, sums[place], engine.book, marks(one, period, engine.book))
    lacking = {name: Reading(one.unit, "not kept") for name, one in needed.items() if name not in found}
    found |= lacking
    return {one.name: found[one.name] if one.runs else _made_of(one, found, period, engine.book) for one in wanted}


def _made_of(metric: Metric, found: dict[str, Reading], period: Period, book: Playbook) -> Reading:
    if metric.waits:
        return Reading(metric.unit, "waits")
    return combined(metric, {name: found[name] for name in metric.of}, Cell(period), book)
