"""The back-test: what would have been forecast on each day of the past, knowing only what was known then, and what came."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from rounds.rules.forecast.calibration import Calibration, Past, calibrate
from rounds.rules.forecast.chances import Chances, chances
from rounds.rules.forecast.history import WON, History, Open
from rounds.rules.forecast.interval import Range, drawn
from rounds.rules.forecast.prior import Prior
from rounds.rules.forecast.rates import learn

if TYPE_CHECKING:
    from rounds.playbook.shapes.forecast import ForecastRules, Spread

Window = Callable[[date], date]
"""The first day of a window → its last."""
WEEK = timedelta(days=7)
QUARTER = 13 * WEEK


@dataclass(frozen=True, slots=True)
class Trial:
    """One window: the range that was forecast, the same without what all deals have in common (`alone`), what the simple
    ways say (cents), and what came. `naive`: open deals × win rate × mean value; `as_before`: the same days a quarter
    earlier, None where they are not over or not in the record. `past`: what the next ones learn from it."""

    horizon: str
    forecast: Range
    alone: Range
    naive: int
    as_before: int | None
    past: Past

    @property
    def actual(self) -> int:
        return int(self.past.actual)

    @property
    def held(self) -> bool:
        return self.forecast.p10 <= self.actual <= self.forecast.p90

    @property
    def held_alone(self) -> bool:
        return self.alone.p10 <= self.actual <= self.alone.p90


def origins(first: date, last: date) -> list[date]:
    """Every seventh day, both ends included."""
    return [first + n * WEEK for n in range((last - first) // WEEK + 1)]


def backtest(history: History, days: Sequence[date], windows: Mapping[str, Window], until: date, prior: Prior, rules: ForecastRules,
             *, starts: int = 1) -> Iterator[Trial]:  # fmt: skip
    """A trial for each day and window that ends by `until`. Each learns from the trials that were over by its day."""
    past: dict[str, list[Past]] = {name: [] for name in windows}
    spread = rules.range.model_copy(update={"draws": rules.backtest.draws})
    for place, day in enumerate(days):
        known = history.known_on(day)
        rates, deals = learn(known, day, prior, rules.learning, starts=starts), known.open_on(day)
        for name, window in windows.items():
            last = window(day)
            if last < day or last > until:
                continue
            ended = [one for one in past[name] if one.last < day]
            off = calibrate(ended, (last - day).days + 1, spread)
            found, alone = _ranges(chances(rates, day, last), deals, off, spread, place)
            actual = history.won_cents(day, last)
            past[name].append(Past(day, last, alone.mean, alone.variance, actual, found.off(actual)))
            yield Trial(name, found.wider(off.width), alone, _naive(known, deals), _before(history, day, last), past[name][-1])


def _ranges(held: Chances, deals: Sequence[Open], off: Calibration, rule: Spread, place: int) -> tuple[Range, Range]:
    wide = drawn(held, deals, rule, shock=off.shock, lean=off.lean, place=place)
    return wide, drawn(held, deals, rule, shock=0.0, place=place)


def _naive(known: History, deals: Sequence[Open]) -> int:
    won = sum(one.won_cents for one in known.spells if one.to == WON)
    return round(len(deals) * won / known.closed) if known.closed else 0


def _before(history: History, first: date, last: date) -> int | None:
    known = first - QUARTER >= history.begins and last - QUARTER < first
    return history.won_cents(first - QUARTER, last - QUARTER) if known else None


@dataclass(frozen=True, slots=True)
class Score:
    """Of many trials: the shares of P10–P90 that held, and errors as |forecast − actual| summed ÷ actual summed, of the
    mean, of the naive figure, of the same days a quarter earlier (over the trials in which those are known: `before`, and
    there ours is `beside`). `lean`: forecast ÷ actual."""

    trials: int
    held: float
    held_alone: float
    error: float
    naive: float
    before: float | None
    beside: float | None
    lean: float


def score(trials: Sequence[Trial]) -> Score:
    """Of at least one trial."""
    total = sum(one.actual for one in trials) or 1
    earlier = [one for one in trials if one.as_before is not None]
    return Score(
        len(trials),
        sum(one.held for one in trials) / len(trials),
        sum(one.held_alone for one in trials) / len(trials),
        _error([(one.forecast.mean, one.actual) for one in trials]),
        _error([(one.naive, one.actual) for one in trials]),
        _error([(one.as_before or 0, one.actual) for one in earlier]) if earlier else None,
        _error([(one.forecast.mean, one.actual) for one in earlier]) if earlier else None,
        sum(one.forecast.mean for one in trials) / total,
    )


def _error(pairs: Sequence[tuple[int, int]]) -> float:
    return sum(abs(said - came) for said, came in pairs) / (sum(came for _, came in pairs) or 1)
