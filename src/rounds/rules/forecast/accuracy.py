"""How right a forecast was, and which way it leaned (FORECAST-06, ANALYTICS-14); how far a deal's close was put off (FORECAST-05)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Accuracy:
    """`accuracy` = 1 − |forecast − actual| ÷ actual, at least 0; `bias` = (forecast − actual) ÷ actual: above 0 too much was
    promised. Both None where nothing came: that divides by nothing, and is no 0 %."""

    forecast: int
    actual: int
    accuracy: float | None
    bias: float | None


def accuracy(forecast: int, actual: int) -> Accuracy:
    """Of one forecast, in cents."""
    if actual <= 0:
        return Accuracy(forecast, actual, None, None)
    bias = (forecast - actual) / actual
    return Accuracy(forecast, actual, max(0.0, 1 - abs(bias)), bias)


@dataclass(frozen=True, slots=True)
class Record:
    """Over several quarters: `n` of them had something to compare; `accuracy` their mean; `bias` of the sums, `sign` +, −
    or nothing."""

    n: int
    accuracy: float | None
    bias: float | None

    @property
    def sign(self) -> str:
        return "" if not self.bias else "+" if self.bias > 0 else "−"


def record(pairs: Sequence[tuple[int, int]]) -> Record:
    """(forecast, actual) in cents, a pair a quarter."""
    known = [one for one in (accuracy(*pair) for pair in pairs) if one.accuracy is not None]
    if not known:
        return Record(0, None, None)
    actual = sum(one.actual for one in known)
    return Record(len(known), sum(one.accuracy or 0.0 for one in known) / len(known), (sum(one.forecast for one in known) - actual) / actual)


@dataclass(frozen=True, slots=True)
class Slippage:
    """`first`: the close that was said first; `now`: the one that holds, or the day it closed; `pushes` how often it was put
    off, `pulls` brought forward; `days` from first to now, below 0 where it came earlier. `serial`: pushed so often that the
    playbook calls it one."""

    first: date | None
    now: date | None
    pushes: int
    pulls: int
    days: int
    serial: bool


def slippage(said: Sequence[date | None], closed_on: date | None, serial: int) -> Slippage:
    """`said`: the close dates of a deal in the order they were said, the present one last."""
    days = [day for day in said if day is not None]
    if not days:
        return Slippage(None, closed_on, 0, 0, 0, False)
    pushes = sum(1 for before, after in pairwise(days) if after > before)
    pulls = sum(1 for before, after in pairwise(days) if after < before)
    now = closed_on or days[-1]
    return Slippage(days[0], now, pushes, pulls, (now - days[0]) // DAY, pushes >= serial)
