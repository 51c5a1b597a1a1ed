"""How fast deals leave a stage, and for where: by the weeks they stood there and the month of the quarter, drawn towards
the playbook where there is little to see.

A *rate* is the share of deals of an age that leave within a week. With little data it is the playbook's (one over its
weeks), with more the stage's own, with much that of each week of age. What the third month of a quarter does is a factor
on the rates of winning, losing and moving on.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from rounds.rules.forecast.history import LOST, WON, History
from rounds.rules.forecast.prior import Prior

if TYPE_CHECKING:
    import numpy as np

    from rounds.playbook.shapes.forecast import Learning

WEEK = 7
MONTHS = 3
KINDS = (WON, LOST, "moved")


@dataclass(frozen=True)
class Rates:
    """`leave[s][a]`: of stage s in its week a (the last one: all later ones). `exits[s][x]`: where to, x over the stages
    and WON, LOST. `factors[k][m]`: for KINDS, by month of the quarter. `per_week`: new deals by the stage they begin in;
    `amounts`: what those brought that were won. `deals`: closed ones that speak, `weeks` how many weeks were seen."""

    stages: tuple[str, ...]
    leave: tuple[tuple[tuple[float, ...], ...], ...]
    exits: tuple[tuple[float, ...], ...]
    factors: tuple[tuple[float, ...], ...]
    per_week: tuple[float, ...]
    weeks: float
    amounts: tuple[int, ...]
    deals: int
    starts: int

    @property
    def ends(self) -> tuple[str, ...]:
        return (*self.stages, WON, LOST)


def month_of_quarter(day: date, starts: int) -> int:
    """0, 1, 2: which month of its quarter a day lies in, where the year begins with month `starts`."""
    return (day.month - starts) % MONTHS


def learn(history: History, day: date, prior: Prior, rule: Learning, *, starts: int = 1) -> Rates:
    """The rates as they could be known at the beginning of `day`; `starts`: the month the fiscal year begins with."""
    known = history.known_on(day)
    seen, left, gone = _counted(known, day, prior.stages, rule.ages, starts)
    leave = _leaving(seen.sum(2), left.sum(2), prior, rule)
    exits = _exits(gone.sum(1), prior, rule)
    factors = _factors(seen, leave, exits, gone, rule)
    leave = _by_month(seen, left, leave, exits, factors, rule)
    began = max((day - known.begins).days / WEEK, 1.0)
    weeks = min(began, float(rule.recent_weeks))
    fresh = [one for one in known.first_spells if one.entered >= known.begins and (day - one.entered).days <= weeks * WEEK]
    per_week = tuple(sum(1 for one in fresh if one.stage == code) / weeks for code in prior.stages)
    won = tuple(one.won_cents for one in known.spells if one.to == WON)[-rule.recent_wins :]
    return Rates(prior.stages, _rows(leave), _rows(exits), _rows(factors), per_week, weeks, won, known.closed, starts)


def _rows(table: np.ndarray) -> Any:
    return tuple(_rows(row) for row in table) if table.ndim > 1 else tuple(float(x) for x in table)


def _counted(known: History, day: date, stages: Sequence[str], ages: int, starts: int) -> tuple[Any, Any, Any]:
    """Weeks seen [stage, age, month], exits [stage, age, month], exits by where to [stage, month, end]."""
    import numpy as np

    places = {code: place for place, code in enumerate((*stages, WON, LOST))}
    rows = [one for one in known.spells if one.stage in places]
    size = len(stages)
    seen, left, gone = np.zeros((size, ages, MONTHS)), np.zeros((size, ages, MONTHS)), np.zeros((size, MONTHS, size + 2))
    if not rows:
        return seen, left, gone
    stage = np.array([places[one.stage] for one in rows])
    entered = np.array([one.entered.toordinal() for one in rows])
    exit_on = np.array([one.left.toordinal() if one.left else day.toordinal() for one in rows])
    to = np.array([places.get(one.to, -1) for one in rows])
    begins, first = known.begins.toordinal(), int(entered.min())
    months = np.array([month_of_quarter(date.fromordinal(first + n), starts) for n in range(int(exit_on.max()) - first + WEEK + 1)])
    for week in range(int((exit_on - entered).max()) // WEEK + 1):
        start = entered + week * WEEK
        here = np.flatnonzero((exit_on >= start) & (start >= begins))
        age = min(week, ages - 1)
        part = np.clip((exit_on[here] - start[here]) / WEEK, 0, 1)
        leaves = (exit_on[here] < start[here] + WEEK) & (to[here] >= 0)
        part[leaves] = 1
        when = months[start[here] - first + WEEK // 2]
        np.add.at(seen, (stage[here], age, when), part)
        out, when = here[leaves], when[leaves]
        np.add.at(left, (stage[out], age, when), 1)
        np.add.at(gone, (stage[out], when, to[out]), 1)
    return seen, left, gone


def _leaving(seen: np.ndarray, left: np.ndarray, prior: Prior, rule: Learning) -> np.ndarray:
    """Rates by stage and age: the playbook's counts as `prior_deals` deals, the stage's own as `age_weeks` weeks of each age."""
    import numpy as np

    weeks = np.array([prior.weeks[code] for code in prior.stages])
    counted = rule.prior_deals * weeks
    own = (left.sum(1) + rule.prior_deals) / (seen.sum(1) + counted)
    rates = (left + rule.age_weeks * own[:, None]) / (seen + rule.age_weeks)
    return np.clip(rates, 0.0, rule.most_a_week)


def _exits(gone: np.ndarray, prior: Prior, rule: Learning) -> np.ndarray:
    import numpy as np

    ends = (*prior.stages, WON, LOST)
    expected = np.array([[prior.exits[code].get(end, 0.0) for end in ends] for code in prior.stages])
    counts = gone + rule.prior_deals * expected
    return counts / counts.sum(1, keepdims=True)


def _factors(seen: np.ndarray, leave: np.ndarray, exits: np.ndarray, gone: np.ndarray, rule: Learning) -> np.ndarray:
    """KINDS × months: what happened ÷ what the rates expect, 1 counting as `month_deals` exits of the kind."""
    import numpy as np

    size = len(exits)
    expected = np.einsum("sam,sa,sx->xm", seen, leave, exits)
    actual = gone.sum(0).T
    kinds = [slice(size, size + 1), slice(size + 1, size + 2), slice(0, size)]
    return np.array([[(actual[kind, month].sum() + rule.month_deals) / (expected[kind, month].sum() + rule.month_deals)
                      for month in range(MONTHS)] for kind in kinds])  # fmt: skip


def _by_month(seen: np.ndarray, left: np.ndarray, leave: np.ndarray, exits: np.ndarray, factors: np.ndarray, rule: Learning) -> np.ndarray:
    """Rates by stage, month and age: what was seen of the cell, drawn towards the rate of the age times what the month does
    to it. Over the factors again, so that what they say is not said twice."""
    import numpy as np

    size = len(exits)
    by_end = np.concatenate([np.repeat(factors[2:], size, 0), factors[:2]])
    month = exits @ by_end
    expected = leave[:, :, None] * month[:, None, :]
    cells = (left + rule.cell_weeks * expected) / (seen + rule.cell_weeks)
    return np.clip(cells / month[:, None, :], 0, rule.most_a_week).transpose(0, 2, 1)


def as_data(rates: Rates) -> Mapping[str, Any]:
    """The rates as plain data, to be stored."""
    return {name: getattr(rates, name) for name in Rates.__dataclass_fields__}


def from_data(data: Mapping[str, Any]) -> Rates:
    """The rates out of `as_data`."""
    return Rates(**{name: _tuples(data[name]) for name in Rates.__dataclass_fields__})


def _tuples(value: Any) -> Any:
    return tuple(_tuples(part) for part in value) if isinstance(value, list | tuple) else value
