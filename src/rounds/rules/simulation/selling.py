"""Who sells: a team that is hired, learns and in part leaves."""

from __future__ import annotations

import numpy as np
from numpy.random import Generator

from rounds.playbook.shapes.simulation import Simulation
from rounds.rules.simulation.drawn import MONTH, NEVER, Column, Sellers, Window

TRIES = 12
"""A seller who is not there is drawn again so often; then the founder of the segment takes it."""


def team(said: Simulation, rng: Generator, *, window: Window, deals_a_year: float, territories: int) -> Sellers:
    """As many sellers as the deals need, at least two a segment. The first of each segment is there from the beginning."""
    shares = np.array([one.share for one in said.segments.listed])
    wanted = np.maximum(np.round(deals_a_year * shares / shares.sum() / said.sellers.deals_each.value), 2).astype(int)
    segment = np.repeat(np.arange(len(shares)), wanted)
    count = len(segment)
    first = np.concatenate([[0], np.cumsum(wanted)[:-1]])
    founder = np.zeros(count, bool)
    founder[first] = True
    late = (rng.random(count) < said.sellers.hired_late.share) & ~founder
    old = -said.warmup_months.value * MONTH - rng.uniform(said.sellers.before_days.low, said.sellers.before_days.high, count)
    hired = np.where(late, np.floor(rng.uniform(0, said.sellers.hired_late.until * window.days, count)), np.floor(old))
    leave = said.sellers.leave
    leaves = (rng.random(count) < leave.share) & ~late & ~founder
    left = np.where(leaves, np.floor(rng.uniform(leave.first, leave.last, count) * window.days), NEVER)
    territory = (np.arange(count) + rng.integers(0, territories)) % territories
    quality = rng.normal(0, said.sellers.quality.spread, count)
    return Sellers(segment, territory, quality, np.exp(rng.normal(0, said.sellers.pace.spread, count)), hired, left)


def chosen(sellers: Sellers, rng: Generator, segment: Column, moment: Column) -> Column:
    """A seller for each deal of `segment` at `moment`: one who is there then, each as likely as the other."""
    found = np.full(len(segment), -1)
    for code in np.unique(sellers.segment):
        of = np.flatnonzero(sellers.segment == code)
        rows = np.flatnonzero(segment == code)
        for _ in range(TRIES):
            if not len(rows):
                break
            found[rows] = of[rng.integers(0, len(of), len(rows))]
            rows = rows[~there(sellers, found[rows], moment[rows])]
        found[rows] = of[0]  # the founder is always there
    return found


def there(sellers: Sellers, who: Column, moment: Column) -> Column:
    """Whether each is employed then."""
    return (sellers.hired[who] <= moment) & ~(sellers.left[who] <= moment)


def ramp(said: Simulation, sellers: Sellers, who: Column, moment: Column) -> Column:
    """What a seller still lacks at `moment`, in log-odds: all of it on the first day, nothing after the months."""
    months = (moment - sellers.hired[who]) / MONTH
    return said.sellers.ramp.log_odds * np.clip(1 - months / said.sellers.ramp.months, 0, 1)
