"""A metric for somebody: its number, how it went, what was told then, its parts, its targets, and why."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from fractions import Fraction

from rounds.analytics.numbers import aims
from rounds.analytics.numbers import period as periods
from rounds.analytics.numbers.definition import Metric
from rounds.analytics.numbers.period import Period
from rounds.analytics.numbers.registry import find
from rounds.analytics.numbers.result import Answer, Part, Point, Reading
from rounds.analytics.numbers.running import Cell, Engine, dated, parts, readings
from rounds.analytics.numbers.sources import Filters
from rounds.analytics.numbers.wording import why
from rounds.playbook import Playbook
from rounds.rules.numbers.judging import Verdict, figure, judged

UNTOLD = {"customers", "references", "project_steps", "survey_answers", "terms"}
"""Tables that do not say when a row was written: what was told of them cannot be told again."""


def answer(name: str, period: Period, engine: Engine, at: datetime, *, filters: Filters = (), as_of: date | None = None, by: str = "", trend: bool = True) -> Answer:
    """The answer of the metric `name` for `period`, about the records as they stood on `as_of` (None: as they are; what is of a moment
    stands as at the end of a period that is over). Raises NoSuchMetric, NotAskedSo. Four statements at most; of a metric that is
    made of others as many for each."""
    metric, today = find(name), periods.today(engine.book, at)
    cell = Cell(period, as_of) if as_of and as_of < today else dated(period, today, metric)
    [reading] = readings(metric, [cell], engine, at, filters)
    points = _trend(metric, cell, engine, at, filters) if trend and not metric.waits else ()
    found = parts(metric, cell, by, engine, at, filters) if by else []
    verdicts, targets = judge(metric, period, reading, engine.book), engine.book.targets.of(metric.name, period.ends, period.kind)
    return Answer(metric, period, reading, cell.as_of, points, tuple(Part(key, one, aims.verdicts(metric, by, key, one.value, period, engine.book)) for key, one in found), by, verdicts, targets,
                  why(metric, cell.as_of, reading, engine.book), _notes(metric, engine))  # fmt: skip


def _notes(metric: Metric, engine: Engine) -> tuple[str, ...]:
    """What may not be left out beside it: chances that are targets yet are no experience (PLUS-29); what others reach (LEAD-29)."""
    said = benchmarks(metric, engine.book)
    if metric.by_chance and engine.chances_are_targets():
        return (f"The chances are target-derived: they become our own once {engine.book.stages.probability.after} deals are closed.", *said)
    return said


def benchmarks(metric: Metric, book: Playbook) -> tuple[str, ...]:
    """What others reach, in one sentence; none where the playbook says nothing of it."""
    others = [f"{one.title} {figure(Fraction(one.value), metric.unit)}" for one in book.targets.beside(metric.name)]
    return (f"Elsewhere: {', '.join(others)}.",) if others else ()


def judge(metric: Metric, period: Period, reading: Reading, book: Playbook) -> tuple[Verdict, ...]:
    """The reading against every target in force at the end of the period."""
    near = book.measures.near.percent
    return tuple(judged(target, reading.value, near=near, unit=metric.unit) for target in book.targets.of(metric.name, period.ends, period.kind))


def _trend(metric: Metric, cell: Cell, engine: Engine, at: datetime, filters: Filters) -> tuple[Point, ...]:
    """The periods before and this one: as they are now, and as they were told when they ended."""
    today, book = periods.today(engine.book, at), engine.book
    shown = periods.trend(cell.period, book, book.measures.trend.value)
    now = [Cell(one, cell.as_of) if one == cell.period else dated(one, today, metric) for one in shown]
    found, kept = readings(metric, now, engine, at, filters), engine.kept_since()
    then = [] if metric.at_a_moment or not restates(metric, engine, now, at, filters) else [Cell(one, one.ends) for one in shown if kept and kept <= one.ends < today]
    told = dict(zip((one.period.code for one in then), readings(metric, then, engine, at, filters), strict=True)) if then else {}
    return tuple(Point(one, reading, told.get(one.code)) for one, reading in zip(shown, found, strict=True))


def restates(metric: Metric, engine: Engine, cells: Sequence[Cell], at: datetime, filters: Filters) -> bool:
    """Whether what was told of a metric can be told again: all it is made of says when it was written, or is kept by day."""
    from rounds.analytics.numbers.compiling import compiled

    of = [find(name) for name in metric.of] if not metric.runs else [metric]
    windows = [(one, cells[0].window(engine.book, at)) for one in of]
    used = {table for one, window in windows for table in compiled(one, window, "", filters, engine.book, engine.dialect, engine.narrows).used}
    return not used & UNTOLD
