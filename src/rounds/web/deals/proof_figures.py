"""How readings and plans are drawn and said: figures with their unit, sparklines with interval bars, the bars of a plan."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from rounds.models import Poc, PocCriterion
from rounds.models.deals.poc_standing import Measured
from rounds.models.flow.active import active
from rounds.rules.poc.plan import WEEK, plan

WIDE, HIGH, PAD = 180.0, 44.0, 6.0
DAYS = {"met": ("Met", "g-met", "circle-check"), "not_met": ("Not met", "g-missing", "circle-dashed"),
        "inconclusive": ("Inconclusive", "tag-line", "circle-question-mark"), "unread": ("No reading yet", "tag-line", "circle-dashed")}  # fmt: skip


def figure(row: PocCriterion, value: float | None) -> str:
    """A figure of the criterion with its unit: 61 %, 4.1 min."""
    if value is None:
        return "unknown"
    if row.kind == "share":
        return f"{_plain(value * 100, 1)} %"
    return f"{_plain(value, 2)} {row.unit}".strip().replace("-", "\u2212", 1 if value < 0 else 0)


def _plain(value: float, digits: int) -> str:
    said = f"{value:,.{digits}f}"
    return said.rstrip("0").rstrip(".") if "." in said else said


def target(row: PocCriterion) -> str:
    """at least 70 %."""
    return f"{'at least' if row.direction == 'at_least' else 'at most'} {figure(row, row.target)}"


def short(one: Measured) -> str:
    """How much is missing to the target: 9 points short, 4 min over."""
    row, gap = one.criterion, one.standing.short
    if not gap:
        return "Not met"
    said = f"{_plain(gap * 100, 1)} points" if row.kind == "share" else f"{_plain(gap, 2)} {row.unit}".strip()
    return f"{said} {'short' if row.direction == 'at_least' else 'over'}"


@dataclass(frozen=True)
class Spark:
    """A line over the weeks: `line` its points, `bars` (x, y1, y2) of the intervals, `goal` the height of the target."""

    line: str
    bars: tuple[tuple[float, float, float], ...]
    last: tuple[float, float] | None
    goal: float
    words: str


@dataclass(frozen=True)
class Shown:
    """A criterion as the page shows it."""

    one: Measured
    value: str
    target: str
    baseline: str
    word: str
    css: str
    icon: str
    between: str
    spark: Spark


def shown(one: Measured) -> Shown:
    row, last = one.criterion, one.last
    word, css, icon = DAYS[one.standing.word]
    word = short(one) if one.standing.word == "not_met" else word
    between = ""
    if last is not None and last.low is not None:
        between = f"{figure(row, last.low)} to {figure(row, last.high)}"
    return Shown(one, figure(row, last.value) if last else "None yet", target(row), figure(row, row.baseline), word, css, icon, between, spark(one))


def spark(one: Measured) -> Spark:
    """The readings of a criterion, drawn on 180 × 44."""
    row, reads = one.criterion, one.readings
    values = [row.target, *(read.value for read in reads), *(edge for read in reads for edge in (read.low, read.high) if edge is not None)]
    if row.baseline is not None and not reads:
        values.append(row.baseline)
    low, high = min(values), max(values)
    span = (high - low) or 1.0

    def y(value: float) -> float:
        return round(PAD + (HIGH - 2 * PAD) * (high - value) / span, 1)

    weeks = [read.week for read in reads]
    first, wide = (weeks[0], (weeks[-1] - weeks[0]) or 1) if weeks else (0, 1)

    def x(week: int) -> float:
        return round(PAD + (WIDE - 2 * PAD) * (week - first) / wide, 1) if len(weeks) > 1 else WIDE - PAD

    points = [(x(read.week), y(read.value)) for read in reads]
    bars = tuple((x(read.week), y(read.high), y(read.low)) for read in reads if read.low is not None and read.high is not None)
    words = ", ".join(f"week {read.week}: {figure(row, read.value)}" for read in reads) or "no reading yet"
    return Spark(" ".join(f"{a},{b}" for a, b in points), bars, points[-1] if points else None, y(row.target), words)


@dataclass(frozen=True)
class Bar:
    """One phase on the line of time, from `left` over `width` of 100."""

    title: str
    begins: date
    ends: date
    left: float
    width: float
    now: bool


def gantt(poc: Poc, today: date) -> dict[str, Any]:
    """The phases of a plan as bars, the weeks and today as lines; of one that has not begun nothing."""
    if poc.kickoff_on is None or poc.ends_on is None:
        return {}
    book = active().playbook.poc_plan
    spans = plan(book, poc.kickoff_on, poc.weeks).phases
    last = max(poc.ends_on, spans[-1].ends, today if poc.is_open else poc.ends_on)
    days = (last - poc.kickoff_on).days + 1

    def at(day: date) -> float:
        return round(100 * (day - poc.kickoff_on).days / days, 2)

    bars = [Bar(span.title, span.begins, span.ends, at(span.begins), round(at(span.ends) + 100 / days - at(span.begins), 2),
                span.begins <= today <= span.ends) for span in spans]  # fmt: skip
    if poc.ends_on > spans[-1].ends:
        bars.append(Bar("Extension", spans[-1].ends, poc.ends_on, at(spans[-1].ends), round(at(poc.ends_on) - at(spans[-1].ends), 2), today > spans[-1].ends))
    here = at(today) if poc.kickoff_on <= today <= last else None
    every = 1 if days <= 8 * WEEK else 2 if days <= 16 * WEEK else 4
    weeks = [(n, round(100 * (n - 1) * WEEK / days, 2)) for n in range(1, days // WEEK + 2, every) if (n - 1) * WEEK < days]
    return {"bars": bars, "here": here, "weeks": weeks}
