"""The chance that a deal is won within a window, month by month: the rates, walked week by week from the last to the first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from rounds.rules.forecast.history import Open
from rounds.rules.forecast.rates import WEEK, Rates, month_of_quarter

if TYPE_CHECKING:
    import numpy as np


@dataclass(frozen=True)
class Chances:
    """`wins[s][a][m]`: chance that a deal of stage s in its week a on `first` is won in month m of the window, and
    `lost[s][a]` that it is lost in it; `fresh[m]`: wins expected of deals that do not exist yet. `months`: first days.
    `since`: months before that one are walked through and not counted (a quarter that is still to come)."""

    rates: Rates
    first: date
    last: date
    months: tuple[date, ...]
    wins: np.ndarray
    lost: np.ndarray
    fresh: np.ndarray
    since: date | None = None

    @property
    def counted(self) -> list[int]:
        """The months of the window that count."""
        return [place for place, month in enumerate(self.months) if self.since is None or month >= self.since]

    @property
    def newcomers(self) -> float:
        """Wins expected of deals that do not exist yet."""
        return float(self.fresh[self.counted].sum())

    def by_month(self, deals: Sequence[Open]) -> np.ndarray:
        """A row a deal: its chance to be won in each month of the window; nothing for a stage the rates do not know."""
        return self._between(self.wins, deals)

    def won(self, deals: Sequence[Open]) -> np.ndarray:
        """The chance of each deal to be won within the window."""
        return self.by_month(deals)[:, self.counted].sum(1)

    def lose(self, deals: Sequence[Open]) -> np.ndarray:
        """The chance of each deal to be lost within the window."""
        return self._between(self.lost[:, :, None], deals)[:, 0]

    def _between(self, table: np.ndarray, deals: Sequence[Open]) -> np.ndarray:
        """A deal is so many weeks and days old: between two rows of the table."""
        import numpy as np

        places = {code: place for place, code in enumerate(self.rates.stages)}
        stage = np.array([places.get(deal.stage, -1) for deal in deals], dtype=int)
        days = np.array([max(0, (self.first - deal.since).days) for deal in deals], dtype=int)
        last, week, part = table.shape[1] - 1, days // WEEK, (days % WEEK / WEEK)[:, None]
        found = (1 - part) * table[stage, np.minimum(week, last)] + part * table[stage, np.minimum(week + 1, last)]
        return np.where(stage[:, None] >= 0, found, 0.0)


def month_starts(first: date, last: date) -> tuple[date, ...]:
    """The first days of the calendar months a window touches."""
    found, index = [], first.year * 12 + first.month - 1
    while (day := date(index // 12, index % 12 + 1, 1)) <= last:
        found.append(day)
        index += 1
    return tuple(found)


def chances(rates: Rates, first: date, last: date, *, since: date | None = None) -> Chances:
    """From the beginning of `first` to the end of `last`. A deal changes its stage once a week at most."""
    import numpy as np

    leave, exits, factors = (np.array(table) for table in (rates.leave, rates.exits, rates.factors))
    size, _, ages = leave.shape
    months = month_starts(first, last)
    wins, lost = np.zeros((size, ages, len(months))), np.zeros((size, ages))
    fresh, older = np.zeros(len(months)), np.minimum(np.arange(ages) + 1, ages - 1)
    for start, part in reversed(weeks(first, last)):
        middle = min(last, start + timedelta(days=int(part * WEEK / 2)))
        month = month_of_quarter(middle, rates.starts)
        out = _out(leave[:, month], exits, factors[:, month], part)
        stay = 1 - out.sum(2)
        moved, begin_wins, begin_lost = out[:, :, :size], wins[:, 0], lost[:, 0]
        later = wins[:, 0].copy()
        wins = np.einsum("sat,tm->sam", moved, begin_wins) + stay[:, :, None] * wins[:, older]
        lost = moved @ begin_lost + stay * lost[:, older] + out[:, :, size + 1]
        wins[:, :, _month(months, middle)] += out[:, :, size]
        fresh = fresh + part * np.array(rates.per_week) @ (wins[:, 0] + later) / 2
    return Chances(rates, first, last, months, wins, lost, fresh, since)


def weeks(first: date, last: date) -> list[tuple[date, float]]:
    """(first day, share of a week) of the weeks of a window; the last one may be short."""
    days = (last - first).days + 1
    return [(first + timedelta(days=n), min(WEEK, days - n) / WEEK) for n in range(0, days, WEEK)]


def _out(leave: np.ndarray, exits: np.ndarray, factor: np.ndarray, part: float) -> np.ndarray:
    """[stage, age, end]: the share that goes to each end within this part of a week."""
    import numpy as np

    size = len(exits)
    by_end = np.concatenate([np.full(size, factor[2]), factor[:2]])
    out = leave[:, :, None] * (exits * by_end)[:, None, :]
    total = out.sum(2)
    kept = 1 - (1 - np.minimum(total, 1)) ** part
    return out * np.divide(kept, total, out=np.zeros_like(total), where=total > 0)[:, :, None]


def _month(months: Sequence[date], day: date) -> int:
    return max(n for n, start in enumerate(months) if start <= day)
