"""What comes in: when deals are opened, of which segment, from which source, how large they will be."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.random import Generator

from rounds.playbook.shapes.simulation import Simulation
from rounds.rules.simulation.drawn import FRIDAY, HOUR, WEEK, Column, Window


def openings(said: Simulation, rng: Generator, window: Window, count: int) -> Column:
    """When `count` deals were opened, from the warm-up on, in order: by growth, season and the luck of each month; on a
    weekday, in the hours of a workday."""
    first = int(window.month_of(np.array([0.0]))[0]) - said.warmup_months.value
    last = int(window.month_of(np.array([window.days - 1.0]))[0])
    months = np.arange(first, last + 1)
    season = np.array(said.arrivals.season.by_month)[months % 12]
    luck = np.exp(rng.normal(0, said.arrivals.month_shock.value, len(months)))
    begins = window.first_of(np.append(months, last + 1))
    ends = np.minimum(begins[1:], window.days)
    weight = (1 + said.arrivals.growth_monthly.value) ** np.arange(len(months)) * season * luck * (ends - begins[:-1])
    month = rng.choice(len(months), count, p=weight / weight.sum())
    day = np.floor(begins[month] + rng.random(count) * (ends - begins[:-1])[month])
    moment = weekday(window, day) + rng.uniform(said.calendar.workday.low, said.calendar.workday.high, count) * HOUR
    return np.sort(np.minimum(moment, window.days - HOUR))


def weekday(window: Window, day: Column) -> Column:
    """Saturdays and Sundays become the Friday before."""
    return day - np.maximum((window.start.weekday() + day) % WEEK - FRIDAY, 0)


def picked(rng: Generator, weights: Mapping[str, float], count: int) -> Column:
    """Places in `weights`, drawn by weight."""
    share = np.array(list(weights.values()))
    return rng.choice(len(share), count, p=share / share.sum())


def rounded_cents(usd: Column, to_usd: int) -> Column:
    """Whole cents of a round sum of dollars, at least one such sum."""
    return (np.maximum(np.round(usd / to_usd), 1) * to_usd * 100).astype("int64")


def lifts(said: Simulation) -> Column:
    """Source, in the order of the assumptions → log-odds."""
    return np.array([said.leads.lift.log_odds.get(source, 0.0) for source in said.leads.sources.shares])
