"""What somebody asks of a metric in the words of an address: period, filters, breakdown, day."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from rounds.analytics.numbers import period as periods
from rounds.analytics.numbers.answering import answer
from rounds.analytics.numbers.definition import Metric
from rounds.analytics.numbers.period import Period
from rounds.analytics.numbers.registry import find
from rounds.analytics.numbers.result import Answer
from rounds.analytics.numbers.running import Behind, Cell, Engine, NotAskedSo, behind, dated
from rounds.analytics.numbers.sources import Filters

USUAL = "this-quarter"


@dataclass(frozen=True)
class Asked:
    """One question: the metric, its period, the filters, the dimension it is broken down by, the day it is asked of."""

    metric: Metric
    period: Period
    filters: Filters = ()
    by: str = ""
    as_of: date | None = None

    def answered(self, engine: Engine, at: datetime, *, trend: bool = True) -> Answer:
        """The answer. Raises NotAskedSo."""
        return answer(self.metric.name, self.period, engine, at, filters=self.filters, as_of=self.as_of, by=self.by, trend=trend)

    def rows(self, engine: Engine, at: datetime, size: int | None = None) -> list[Behind]:
        """The rows behind the number, what weighs most first."""
        today = periods.today(engine.book, at)
        cell = Cell(self.period, self.as_of) if self.as_of and self.as_of < today else dated(self.period, today, self.metric)
        return behind(self.metric, cell, engine, at, self.filters, size=size)


def asked(name: str, said: Mapping[str, Iterable[str]], engine: Engine, at: datetime) -> Asked:
    """The question in an address: `period`, `by`, `as_of`, and a value or several for each dimension. What is empty is not
    asked. Raises NoSuchMetric (404), PeriodRefused, NotAskedSo (422)."""
    metric, today = find(name), periods.today(engine.book, at)
    words = {key: [one for one in values if one] for key, values in said.items()}
    period = periods.parse((words.get("period") or [USUAL])[0], engine.book, today)
    filters = tuple((dimension, tuple(words[dimension])) for dimension in metric.filters if words.get(dimension))
    by, day = (words.get("by") or [""])[0], (words.get("as_of") or [""])[0]
    if by and by not in metric.by:
        raise NotAskedSo(f"{metric.title} is not broken down by {by[:40]}. It is by: {', '.join(metric.by) or 'nothing'}.")
    try:
        return Asked(metric, period, filters, by, date.fromisoformat(day) if day else None)
    except ValueError:
        raise NotAskedSo(f"'{day[:20]}' is no day; write it as 2026-10-31.") from None
