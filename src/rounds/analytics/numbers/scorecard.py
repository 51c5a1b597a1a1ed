"""The scorecard: every KPI with its figure, target, baseline and what was said of it (KPI-37)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction

from rounds.analytics.numbers import period as periods
from rounds.analytics.numbers.answering import judge
from rounds.analytics.numbers.live import Live
from rounds.analytics.numbers.period import Period
from rounds.analytics.numbers.registry import find
from rounds.analytics.numbers.result import Reading
from rounds.analytics.numbers.running import dated
from rounds.analytics.numbers.together import Ask, together
from rounds.models import KpiEntry
from rounds.playbook import Playbook
from rounds.playbook.shapes.kpis import Kpi
from rounds.rules.numbers.changing import change_of, reached
from rounds.rules.numbers.judging import Verdict, judged
from rounds.rules.numbers.showing import shown


@dataclass(frozen=True)
class Line:
    """A KPI of a period. `reading` None: it waits, or could not be read (`lost`). `figure`: the entry it rests on where it is entered by
    hand; `needs_baseline`: it is held against one that nobody has frozen, so that there is no verdict (KPI-36)."""

    kpi: Kpi
    unit: str
    period: Period
    reading: Reading | None
    verdicts: tuple[Verdict, ...] = ()
    points: tuple[tuple[Period, Reading], ...] = ()
    figure: KpiEntry | None = None
    baseline: KpiEntry | None = None
    comment: KpiEntry | None = None
    change: str = ""
    waits_for: str = ""
    lost: bool = False

    @property
    def needs_baseline(self) -> bool:
        return self.kpi.change is not None and self.baseline is None

    @property
    def baseline_says(self) -> str:
        """The baseline in the unit of the KPI."""
        return shown(Fraction(self.baseline.value), self.unit) if self.baseline and self.baseline.value is not None else ""


def scorecard(period: Period, engine: Live, at: datetime) -> list[Line]:
    """Every line of the playbook's scorecard. Two statements, and two where chances are read."""
    book, today = engine.book, periods.today(engine.book, at)
    own = {one.kpi: _own(one, period, book, today) for one in book.scorecard.kpis}
    asks = {one.kpi: [_ask(one, each, today) for each in (periods.before(own[one.kpi], book), own[one.kpi])]
            for one in book.scorecard.kpis if one.metric and not find(one.metric).waits}  # fmt: skip
    found = together([ask for several in asks.values() for ask in several], engine, at)
    said = _said()
    lines = []
    for one in book.scorecard.kpis:
        points = tuple((ask.cell.period, each[""]) for ask in asks.get(one.kpi, ()) if (each := found[ask]) is not None)
        lines.append(_line(one, own[one.kpi], points, said, engine))
    return lines


def _own(one: Kpi, period: Period, book: Playbook, today: date) -> Period:
    """The period a KPI is of: one that is judged by the month or the year is shown for that which holds the last day of the period asked
    for, of one that still runs today's."""
    last = min(period.ends, max(today, period.starts))
    return periods.containing(one.per, last, book) if one.per and one.per != period.kind else period


def _ask(one: Kpi, period: Period, today: date) -> Ask:
    metric = find(one.metric)
    return Ask(metric, dated(period, today, metric), ((one.part[0], (one.part[1],)),) if one.part else ())


def _said() -> dict[tuple[str, str, str], KpiEntry]:
    """(KPI, kind, period) → what was said last; of baselines and comments under the period ""."""
    found: dict[tuple[str, str, str], KpiEntry] = {}
    for row in KpiEntry.objects.order_by("at", "id"):
        found[row.kpi, row.kind, row.period if row.kind == "figure" else ""] = row
    return found


def _line(one: Kpi, period: Period, points: tuple, said: dict[tuple[str, str, str], KpiEntry], engine: Live) -> Line:
    book, comment, baseline = engine.book, said.get((one.kpi, "comment", "")), said.get((one.kpi, "baseline", ""))
    metric = find(one.metric) if one.metric else None
    unit = metric.unit if metric else one.unit or "percent"
    if one.waits_for or (metric and metric.waits):
        return Line(one, unit, period, Reading(unit, "waits"), comment=comment, waits_for=one.waits_for or metric.waits_for, verdicts=_targets(one, None, unit, period, book))
    figure = said.get((one.kpi, "figure", period.code))
    if one.by_hand:
        points = tuple((each, _entered(said.get((one.kpi, "figure", each.code)), unit)) for each in (periods.before(period, book), period))
    reading = points[-1][1] if points and points[-1][0] == period else None
    if reading is None:
        return Line(one, unit, period, None, comment=comment, baseline=baseline, lost=True)
    verdicts = _targets(one, reading, unit, period, book)
    change, verdict = _changed(one, reading, baseline, unit, book)
    return Line(one, unit, period, reading, (*verdicts, *verdict), points, figure, baseline, comment, change)


def _entered(row: KpiEntry | None, unit: str) -> Reading:
    return Reading(unit, "ok", Fraction(row.value), 1) if row is not None and row.value is not None else Reading(unit, "no data")


def _targets(one: Kpi, reading: Reading | None, unit: str, period: Period, book: Playbook) -> tuple[Verdict, ...]:
    """The verdicts of the targets in force at the end of the period: its own, or those of its metric under its KPI."""
    value, near = reading.value if reading else None, book.measures.near.percent
    if one.targets:
        aim = one.aim_on(period.ends)
        return (judged(aim, value, near=near, unit=unit),) if aim else ()
    if not one.metric or one.change:
        return ()
    return tuple(verdict for verdict in judge(find(one.metric), period, reading or Reading(unit, "waits"), book) if verdict.kpi == one.kpi)


def _changed(one: Kpi, reading: Reading, baseline: KpiEntry | None, unit: str, book: Playbook) -> tuple[str, tuple[Verdict, ...]]:
    """The change against the baseline in words, and its verdict; none without a baseline."""
    if one.change is None:
        return "", ()
    points = book.scorecard.change_as.value == "points" and unit == "percent"
    says = f"{one.change.percent} {'points' if points else '%'} {one.change.way} than the baseline"
    if baseline is None or reading.value is None or not baseline.value:
        return "", (Verdict(one.kpi, one.title, "no data", says, one.origin),)
    change = change_of(reading.value, Fraction(baseline.value), points=points)
    status = reached(change, one.change.percent, one.change.way, near=book.measures.near.percent)
    word = shown(abs(change), "percent", (Fraction(one.change.percent),)).removesuffix(" %")
    return f"{word} {'points' if points else '%'} {'more' if change >= 0 else 'less'}", (Verdict(one.kpi, one.title, status, says, one.origin),)
