"""What every section is asked: whose eyes, which period, which day, by which playbook; and how a number is put in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from fractions import Fraction

from rounds.analytics.numbers import period as periods
from rounds.analytics.numbers.answering import judge
from rounds.analytics.numbers.definition import Metric
from rounds.analytics.numbers.live import Live
from rounds.analytics.numbers.period import Period, Window
from rounds.analytics.numbers.registry import find
from rounds.analytics.numbers.result import Reading
from rounds.analytics.numbers.running import Cell, dated, readings
from rounds.analytics.numbers.wording import many
from rounds.analytics.reports.content import Figure, Word
from rounds.kit.scope import Scope
from rounds.playbook import Playbook
from rounds.rules.numbers.showing import shown


@dataclass(frozen=True)
class Asked:
    """A report as it is asked for: of `period`, at the moment `at`, about the records as they stood on `as_of` (None: as
    they are), through the eyes of `scope`."""

    scope: Scope
    book: Playbook
    period: Period
    at: datetime
    as_of: date | None = None

    @property
    def engine(self) -> Live:
        return Live(self.scope, self.book)

    @property
    def today(self) -> date:
        """The day it tells of as now."""
        return self.as_of or periods.today(self.book, self.at)

    @property
    def window(self) -> Window:
        return periods.window(self.period, self.book, self.at, self.as_of)

    @property
    def length(self) -> int:
        """The longest table."""
        return self.book.reports.rows.value

    def cells(self, metric: Metric) -> tuple[Cell, Cell]:
        """The cell of the report and the one it is compared with. What is of a moment is told as it stands now and
        compared with how it stood when the period before ended; everything else with the same of the period before."""
        real = periods.today(self.book, self.at)
        if metric.at_a_moment:
            over = self.period.ends < self.today
            now = periods.containing(self.period.kind, self.today, self.book) if over and self.period.kind != "days" else self.period
            before = periods.before(now, self.book)
            return Cell(now, self.as_of if self.as_of and self.as_of < real else None), dated(before, real, metric)
        before = periods.before(self.period, self.book)
        return Cell(self.period, self.as_of if self.as_of and self.as_of < real else None), dated(before, real, metric)

    def url(self, metric: str, cell: Cell) -> str:
        """Where the number and its rows are."""
        return f"/numbers/{metric}/?period={cell.period.code}" + (f"&as_of={cell.as_of}" if cell.as_of else "")


def told(asked: Asked, name: str) -> tuple[Figure, tuple[Word, ...]]:
    """A metric as a figure and as a sentence with its number linked."""
    metric = find(name)
    here, before = asked.cells(metric)
    now, was = readings(metric, [here, before], asked.engine, asked.at)
    verdicts = judge(metric, here.period, now, asked.book)
    said = verdicts[0] if verdicts else None
    url = asked.url(name, here)
    figure = Figure(name, metric.title, now.says, None if now.value is None else float(now.value), metric.unit, now.state, now.n,
                    here.period.code, url, was.says if was.value is not None else "", said.says if said else "",
                    said.status if said else "")  # fmt: skip
    return figure, _sentence(metric, now, was, (here.period, before.period, asked.today), figure)


def _sentence(metric: Metric, now: Reading, was: Reading, when: tuple[Period, Period, date], figure: Figure) -> tuple[Word, ...]:
    """`when`: the period, the one before, and the day it is told of."""
    (here, before, today), url = when, figure.url
    if now.value is None:
        return (f"{metric.title}: ", (_none(metric, now), url), ".")
    over = f" over {many(metric, now.n)}" if now.n and metric.unit != "count" else ""
    target = f" It is to be {figure.target}: {_stands(figure.status)}." if figure.target else ""
    runs = not metric.at_a_moment and here.ends >= today
    moved = f" so far; in the whole of {before.title} it was {was.says}" if runs and was.value is not None else _moved(metric, now, was, before)
    return (f"{metric.title} is ", (now.says, url), f"{over}{moved}.{target}")


def _none(metric: Metric, now: Reading) -> str:
    if now.state == "waits":
        return f"no records yet; it waits for {metric.waits_for}"
    return {"small": f"too few to tell ({now.n})", "not kept": "not kept for that day"}.get(now.state, "no data in this time")


def _stands(status: str) -> str:
    return {"met": "met", "near": "nearly met", "missed": "missed"}.get(status, "not known")


def _moved(metric: Metric, now: Reading, was: Reading, before: Period) -> str:
    """How it moved since, or that it did not."""
    if was.value is None:
        return f"; there is nothing to compare it with in {before.title}"
    if was.value == now.value:
        return f", no change from {before.title}"
    change = Fraction(now.value or 0) - was.value
    word = "up" if change > 0 else "down"
    size = f"{shown(abs(change), metric.unit).removesuffix(' %')} points" if metric.unit == "percent" else shown(abs(change), metric.unit)
    return f", {word} {size} from {was.says} in {before.title}"
