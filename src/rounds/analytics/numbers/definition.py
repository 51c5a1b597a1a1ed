"""What a metric is: one function over named tables, and everything a reader has to know about the number.

A definition answers *rows*: an Ibis table of what is counted, one row for each member of the population, with `id` (of its
noun) and the columns its way of counting (`how`) asks for. The rows behind a number are these rows; the number is their sum.

| how     | columns             | the number                                                        |
|---------|---------------------|-------------------------------------------------------------------|
| count   | –                   | how many rows                                                     |
| sum     | x                   | Σ x                                                               |
| share   | top (0, 1; -1: net) | Σ top ÷ rows                                                      |
| ratio   | top, base           | Σ top ÷ Σ base; rows with `counts` false do not count towards n   |
| mean    | x                   | Σ x ÷ rows with x                                                 |
| median  | x                   | the middle x; the mean and the ninth decile are told beside it    |
| derived | –                   | made of other metrics (`of`) by `combine`                         |

Sums are of whole numbers (cents, seconds, counts), so that every database answers the same to the last digit; `scale` says
how many of them make one of the unit.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any, Literal

How = Literal["count", "sum", "share", "ratio", "mean", "median", "derived", "waits"]
Unit = Literal["money", "percent", "days", "hours", "count", "score", "times", "money_a_day"]
When = Literal["closed in", "opened in", "entered in", "created in", "held in", "answered in", "ended in", "done in", "due in", "closing in", "reached by", "recognised in", "open at", "known at"]
AT = ("open at", "known at")
"""Metrics of a moment: of a period that is over, the moment is its end."""
DIMENSIONS = {"segment": "segment", "territory": "territory", "tier": "tier", "owner": "owner_id", "team": "team_id", "stage": "stage",
              "source": "source", "kind": "kind", "band": "band", "step": "step", "channel": "channel", "severity": "severity", "playbook": "playbook", "product": "", "deal": "id"}  # fmt: skip
"""What one filters and breaks down by → its column in the rows; a product, and single deals
(which nobody asks for by an address), are filtered by alone."""
PLACES = ("segment", "territory", "tier", "owner", "team")
"""What nearly every metric is filtered and broken down by."""
OF_DEALS = (*PLACES, "stage", "product")
OF_LEADS = (*PLACES, "source", "band", "playbook")
BY_LEAD = (*PLACES, "band", "playbook")
"""What the numbers that measure the scoring of leads are filtered by (LEAD-29)."""
DAY = 86_400
HOUR = 3_600

Rows = Callable[..., Any]


@dataclass(frozen=True)
class Metric:
    """One metric. `population` says who is counted; `about` is the hover text. `rows_of`: what its rows are, where they are not of its noun
    alone: the first in whose word they are counted, and the nouns of the records they lead to (a meeting is a task to whoever may read it). `small`: too few rows are not shown.
    `back_days`: it looks so many days back. `rows_are_bases`: a ratio that is a share while each row weighs one. `by_chance`: each deal by the
    chance of its stage. `now_only`: of records whose past is not kept. `start_of_past`: as `from_start`, of periods that are over. `sides`: what
    the two sides of a ratio are counted in. `private`: of the rows behind it only whose they are is told (answers of surveys). `from_start`: it reads the deals as
    they stood when the period began, and is not there where nothing was kept by then."""

    name: str
    number: str
    title: str
    unit: Unit
    how: How
    when: When
    noun: str
    population: str
    about: str
    by: tuple[str, ...] = ()
    filters: tuple[str, ...] = ()
    rows_of: tuple[str, ...] = ()
    scale: int = 1
    small: bool = True
    private: bool = False
    from_start: bool = False
    now_only: bool = False
    back_days: int = 0
    rows_are_bases: bool = False
    by_chance: bool = False
    start_of_past: bool = False
    sides: Literal["", "cents"] = ""
    of: tuple[str, ...] = ()
    rows: Rows | None = field(default=None, compare=False, repr=False)
    combine: Callable[[Mapping[str, Fraction], Any], Fraction | None] | None = field(default=None, compare=False, repr=False)
    waits_for: str = ""
    better: Literal["more", "less", ""] = "more"
    source: str = ""

    @property
    def waits(self) -> bool:
        """Whether the records it would be made of do not exist yet."""
        return self.how == "waits"

    @property
    def at_a_moment(self) -> bool:
        return self.when in AT

    def needs_start(self, period: Any, today: Any) -> bool:
        """Whether it reads the deals as they stood when `period` began."""
        return self.from_start or (self.start_of_past and period.ends < today)

    @property
    def runs(self) -> bool:
        """Whether it is an expression of its own, not made of others."""
        return self.rows is not None


REGISTRY: dict[str, Metric] = {}
"""Name → metric; filled when analytics/numbers/registry.py reads the definitions."""


def metric(*, number: str, title: str, unit: Unit, how: How, when: When, noun: str, population: str, by: tuple[str, ...] = PLACES, **more: Any) -> Callable[[Rows], Rows]:
    """Make a function `(t, w, book) -> rows` the metric of its name: `t` the tables, `w` the Window, `book` the playbook.
    Its docstring is what a reader is told of it."""

    def register(rows: Rows) -> Rows:
        about = inspect.getdoc(rows) or ""
        if not about:
            raise ValueError(f"{rows.__name__} says nothing: its docstring is the hover text")
        filters = more.pop("filters", tuple(name for name in by if name in ("product", *PLACES)))
        _keep(Metric(rows.__name__, number, title, unit, how, when, noun, population, about, by=tuple(n for n in by if n != "product"),
                     filters=filters, rows=rows, source=_file(rows), **more))  # fmt: skip
        return rows

    return register


def derived(*, number: str, title: str, unit: Unit, when: When, noun: str, of: tuple[str, ...], population: str, **more: Any) -> Callable[[Callable], Callable]:
    """Make a function of other metrics' values, `(values: {name: Fraction}, book) -> Fraction | None`, the metric of its name.
    It has no data while one of them has none."""

    def register(combine: Callable[[Mapping[str, Fraction], Any], Fraction | None]) -> Callable:
        about = inspect.getdoc(combine) or ""
        _keep(Metric(combine.__name__, number, title, unit, "derived", when, noun, population, about, of=of, combine=combine,
                     filters=more.pop("filters", PLACES), source=_file(combine), **more))  # fmt: skip
        return combine

    return register


def waits(name: str, *, number: str, title: str, unit: Unit, waits_for: str, about: str) -> None:
    """Name a metric whose records do not exist yet, so that it is shown as what it is."""
    _keep(Metric(name, number, title, unit, "waits", "known at", "", "", about, waits_for=waits_for))


def _keep(made: Metric) -> None:
    if made.name in REGISTRY and REGISTRY[made.name].source != made.source:
        raise ValueError(f"the metric {made.name} is defined twice")
    REGISTRY[made.name] = replace(made)


def _file(function: Callable[..., Any]) -> str:
    return function.__module__
