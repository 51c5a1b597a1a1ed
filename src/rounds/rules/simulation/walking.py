"""How deals go through the stages: how long they stay, whether they go on, when the won ones are signed."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from rounds.playbook.shapes.simulation import Simulation
from rounds.rules.simulation.drawn import HOUR, NEVER, Column, Sellers, Window
from rounds.rules.simulation.selling import ramp

SHOCKS = 1200
"""Months of shocks: a hundred years."""


@dataclass(frozen=True)
class Going:
    """What is known of each deal when it is opened."""

    segment: Column
    seller: Column
    lift: Column
    rival: Column
    skips: Column
    opened: Column


@dataclass
class Walked:
    """entry, was_stuck: (deals, stages). `left`: when it left its last stage, won (`won`) or lost in `last`."""

    entry: Column
    was_stuck: Column
    left: Column
    won: Column
    last: Column


def walk(said: Simulation, rng: Generator, window: Window, sellers: Sellers, going: Going) -> Walked:
    """Every deal from its opening to its end, whenever that is."""
    stays, count = said.stages.listed, len(going.opened)
    codes = [one.stage for one in stays]
    was, now = codes.index(said.skip.was), codes.index(said.skip.now)
    walked = Walked(np.full((count, len(stays)), NEVER), np.zeros((count, len(stays)), bool), np.full(count, NEVER),
                    np.zeros(count, bool), np.zeros(count, int))  # fmt: skip
    walked.entry[:, 0] = going.opened
    shocks = _shocks(said, rng)
    for place in range(len(stays)):
        rows = np.flatnonzero(~np.isnan(walked.entry[:, place]))
        skips = going.skips[rows] & (place == was)
        goes_on, leaves = _stay(said, rng, window, sellers, going, walked, rows, place, shocks, skips)
        walked.last[rows], walked.left[rows] = place, leaves
        if place + 1 == len(stays):
            walked.won[rows] = goes_on
            break
        on = rows[goes_on]
        walked.entry[on, np.where(skips[goes_on], now, place + 1)] = leaves[goes_on]
    return walked


def _stay(said: Simulation, rng: Generator, window: Window, sellers: Sellers, going: Going, walked: Walked, rows: Column,
          place: int, shocks: Column, skips: Column) -> tuple[Column, Column]:  # fmt: skip
    """(whether each goes on, when it leaves) of the deals `rows` in the stage `place`."""
    stay, entered, seller = said.stages.listed[place], walked.entry[rows, place], going.seller[rows]
    segments = said.segments.listed
    stuck = rng.random(len(rows)) < said.stuck.share
    walked.was_stuck[rows, place] = stuck
    pace = np.array([one.pace for one in segments])[going.segment[rows]] * sellers.pace[seller]
    days = stay.days * pace * np.exp(rng.normal(0, said.stages.spread.value, len(rows))) * np.where(stuck, said.stuck.times, 1.0)
    chance = np.where(skips, said.skip.chance, stay.chance)
    month = window.month_of(entered + days) % len(shocks)
    felt = [one.stage for one in said.stages.listed].index(said.rivals_from.stage)
    odds = (
        np.log(chance / (1 - chance)) + np.array([one.log_odds for one in segments])[going.segment[rows]] + going.lift[rows]
        + sellers.quality[seller] + ramp(said, sellers, seller, entered) + np.where(stuck, said.stuck.log_odds, 0.0)
        + np.where(going.rival[rows] & (place >= felt), said.rivals.log_odds.value, 0.0) + shocks[month]
    )  # fmt: skip
    goes_on = rng.random(len(rows)) < 1 / (1 + np.exp(-odds))
    return goes_on, entered + days * np.where(goes_on, 1.0, said.stages.linger.value)


def _shocks(said: Simulation, rng: Generator) -> Column:
    """Month, as a window counts them, modulo their number → what it does to everybody's log-odds."""
    slump = rng.random(SHOCKS) < said.shock.slump.share
    return rng.normal(0, said.shock.month, SHOCKS) + np.where(slump, said.shock.slump.log_odds, 0.0)


def signed(said: Simulation, rng: Generator, window: Window, ready: Column, budget: Column, fiscal: Column) -> Column:
    """When won deals are really signed: those tied to a budget in the last weeks of their customer's fiscal year,
    where that is near; some of the others in the last week of our own quarter."""
    month = window.month_of(ready)
    closing = month + (fiscal - month % 12 - 1) % 12
    year_end = window.first_of(closing + 1)
    waits = budget & (year_end - ready <= said.budget.within_days)
    at_year_end = np.maximum(ready, year_end - rng.uniform(HOUR, said.budget.last_days, len(ready)))
    quarter_end = window.first_of(month - month % 3 + 3)
    pulled = ~waits & (rng.random(len(ready)) < said.quarter_end.share) & (quarter_end - ready <= said.quarter_end.within_days)
    at_quarter_end = np.maximum(ready, quarter_end - rng.uniform(HOUR, said.quarter_end.last_days, len(ready)))
    return np.where(waits, at_year_end, np.where(pulled, at_quarter_end, ready))
