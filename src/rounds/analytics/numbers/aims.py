"""What a part of a number is to reach: the lines of the scorecard that are of one tier, or of one band (KPI-23 to 25, KPI-30)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from fractions import Fraction

from rounds.analytics.numbers.definition import Metric
from rounds.analytics.numbers.period import Period
from rounds.playbook import Playbook
from rounds.playbook.shapes.measures import Target
from rounds.rules.numbers.judging import Verdict, bounds, judged

Filters = Iterable[tuple[str, tuple[str, ...]]]


def of_part(metric: str, by: str, key: str, on: date, book: Playbook) -> tuple[Target, ...]:
    """The targets in force on a day of the part `key` of a metric broken down by `by`."""
    lines = (one for one in book.scorecard.kpis if one.metric == metric and not one.change and one.part == (by, key))
    return tuple(aim for one in lines if (aim := one.aim_on(on)) is not None)


def marks(metric: Metric, period: Period, book: Playbook, filters: Filters = (), by: str = "", key: str = "") -> tuple[Fraction, ...]:
    """The figures a number may not be rounded across: the bounds of its targets, and of those of the part it is of."""
    asked = [(name, values[0]) for name, values in filters if len(values) == 1] + ([(by, key)] if by else [])
    found = [*book.targets.of(metric.name, period.ends, period.kind), *(one for name, value in asked for one in of_part(metric.name, name, value, period.ends, book))]
    return tuple(mark for target in found for mark in bounds(target))


def verdicts(metric: Metric, by: str, key: str, value: Fraction | None, period: Period, book: Playbook) -> tuple[Verdict, ...]:
    """The part of a number against its own targets; none where it has none."""
    return tuple(judged(target, value, near=book.measures.near.percent, unit=metric.unit) for target in of_part(metric.name, by, key, period.ends, book))
