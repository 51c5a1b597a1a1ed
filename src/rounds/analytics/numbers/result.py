"""What a metric answers: a number with everything that makes it trustworthy, or the reason why there is none."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from fractions import Fraction
from typing import Any, Literal

from rounds.analytics.numbers.definition import Metric
from rounds.analytics.numbers.period import Period
from rounds.playbook.shapes.measures import Target
from rounds.rules.numbers.judging import Verdict
from rounds.rules.numbers.showing import short, shown

State = Literal["ok", "no data", "small", "not kept", "waits"]
"""no data: nothing in the denominator · small: too few rows for a ratio or mean · not kept: no snapshot of that day ·
waits: its records do not exist yet."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A number. `value` is exact, in the metric's unit (dollars, percent, days …), and None where `state` says why; `n` rows;
    `top` and `base` the two sides of a ratio; `low` and `high` its interval; `mean` and `ninth` beside a median."""

    unit: str
    state: State
    value: Fraction | None = None
    n: int = 0
    top: int | None = None
    base: int | None = None
    low: Fraction | None = None
    high: Fraction | None = None
    mean: Fraction | None = None
    ninth: Fraction | None = None
    marks: tuple[Fraction, ...] = ()
    """The values it is judged by, across which it is not rounded."""

    @property
    def says(self) -> str:
        """The number as people read it, or why there is none."""
        if self.value is not None:
            return shown(self.value, self.unit, self.marks)
        return {"small": f"n too small ({self.n})", "not kept": "Not kept", "waits": "No records yet"}.get(self.state, "No data")

    @property
    def short(self) -> str:
        return short(self.value, self.unit) if self.value is not None else self.says

    @property
    def spread(self) -> str:
        """The interval in words; "" where there is none."""
        if self.low is None or self.high is None:
            return ""
        return f"{shown(self.low, self.unit)} to {shown(self.high, self.unit)}"

    def plain(self) -> dict[str, Any]:
        """As data; a number that does not end is a float."""
        said = {"value": self.value, "low": self.low, "high": self.high, "mean": self.mean, "ninth_decile": self.ninth}
        return {"state": self.state, "says": self.says, "n": self.n, "numerator": self.top, "denominator": self.base,
                **{name: None if one is None else float(one) for name, one in said.items()}}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Point:
    """A period of the trend: the number now, and what was told when the period ended, where that is known."""

    period: Period
    now: Reading
    told: Reading | None = None

    @property
    def restated(self) -> bool:
        """Whether what happened since changes what was told then."""
        return self.told is not None and self.told.state != "not kept" and (self.told.value, self.told.n) != (self.now.value, self.now.n)

    def plain(self) -> dict[str, Any]:
        return {"period": self.period.code, "title": self.period.title, "starts": self.period.starts.isoformat(), "ends": self.period.ends.isoformat(),
                **self.now.plain(), "told": self.told.plain() if self.told else None, "restated": self.restated}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Part:
    """The number of one value of a dimension, and how it stands to the targets of that part."""

    key: str
    reading: Reading
    verdicts: tuple[Verdict, ...] = ()


@dataclass(frozen=True)
class Answer:
    """A metric for a period: the number, its trend, its parts, its targets, and the lines that explain it."""

    metric: Metric
    period: Period
    reading: Reading
    as_of: date | None = None
    points: tuple[Point, ...] = ()
    parts: tuple[Part, ...] = ()
    by: str = ""
    verdicts: tuple[Verdict, ...] = ()
    targets: tuple[Target, ...] = ()
    why: tuple[str, ...] = ()
    notes: tuple[str, ...] = field(default=())

    @property
    def restated(self) -> bool:
        return any(point.restated and point.period == self.period for point in self.points)

    def plain(self) -> dict[str, Any]:
        """The whole answer as data, for `--json` and the API."""
        return {
            "metric": self.metric.name, "number": self.metric.number, "title": self.metric.title, "unit": self.metric.unit,
            "period": {"code": self.period.code, "title": self.period.title, "starts": self.period.starts.isoformat(), "ends": self.period.ends.isoformat()},
            "counted": self.metric.when, "population": self.metric.population, "as_of": self.as_of.isoformat() if self.as_of else None,
            **self.reading.plain(), "restated": self.restated,
            "targets": [_plain(one) for one in self.verdicts],
            "trend": [point.plain() for point in self.points], "by": self.by,
            "parts": [{"key": part.key, **part.reading.plain(), "targets": [_plain(one) for one in part.verdicts]} for part in self.parts],
            "why": list(self.why), "notes": list(self.notes), "about": self.metric.about, "waits_for": self.metric.waits_for,
        }  # fmt: skip


def _plain(one: Verdict) -> dict[str, str]:
    return {"kpi": one.kpi, "title": one.title, "target": one.says, "status": one.status, "source": one.source}
