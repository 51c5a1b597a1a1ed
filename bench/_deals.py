"""Histories of deals to forecast: the Maven sample of public files, and a company that is invented from a seed."""

from __future__ import annotations

import csv
import math
import os
import random
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path

from rounds.rules.forecast.history import LOST, WON, History, Spell, history_of
from rounds.rules.forecast.prior import Prior

DATA = Path(os.environ.get("ROUNDS_PUBLIC_DATA", Path(__file__).resolve().parents[1].parent / "shared" / "data"))
MAVEN_PRIOR = Prior(("engaging",), {"engaging": 8.0}, {"engaging": {WON: 0.5, LOST: 0.5}})
"""Nothing is known of the Maven company's stages before its record begins: eight weeks, even odds."""


@lru_cache(1)
def maven(data: Path = DATA) -> History:
    """6,711 closed and 1,589 open deals of one stage. Its dates are mangled: "/" is month first, "-" day first in
    engage_date and month first in close_date. Amounts as one knew them are list prices; what was won is close_value. Nothing
    that closed before March 2017 is there, so the record begins then. Raises FileNotFoundError."""
    prices = {row["product"]: int(row["sales_price"]) for row in _rows(data, "maven_products.csv")}
    ends = {"Won": WON, "Lost": LOST}
    spells = []
    for row in _rows(data, "maven_sales_pipeline.csv"):
        if not row["engage_date"]:
            continue
        left = _day(row["close_date"], day_first=False) if row["close_date"] else None
        cents = prices[row["product"].replace("GTXPro", "GTX Pro")] * 100
        won = int(float(row["close_value"] or 0) * 100)
        spells.append(Spell(row["opportunity_id"], "engaging", _day(row["engage_date"], day_first=True), left, ends.get(row["deal_stage"], ""), cents, won))
    return history_of(spells, begins=date(2017, 3, 1))


def _rows(data: Path, name: str) -> list[dict[str, str]]:
    with (data / "pipeline" / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _day(said: str, *, day_first: bool) -> date:
    if "/" in said:
        month, day, year = (int(part) for part in said.split("/"))
        return date(year, month, day)
    one, other, year = (int(part) for part in said.split("-"))
    day, month = (one, other) if day_first else (other, one)
    return date(2000 + year, month, day)


ONWARD = {"O1": 0.5, "O2": 0.55, "O3": 0.6, "O4": 0.8, "O5": 0.75, "O6": 0.7, "O7": 0.85, "O8": 0.9}
WEEKS = {"O1": 3.0, "O2": 5.0, "O3": 6.0, "O4": 4.0, "O5": 5.0, "O6": 3.0, "O7": 6.0, "O8": 4.0}


@lru_cache(8)
def company(seed: int = 7, *, first: date = date(2017, 1, 1), last: date = date(2025, 12, 31), per_week: float = 7.0, mood: float = 0.2) -> History:
    """A company of eight stages: `per_week` new deals, gamma times in a stage, decisions of the last two stages drawn to the
    quarter's last month, and months that are good or bad for all deals (`mood`, a standard deviation)."""
    rng = random.Random(seed)
    moods: dict[tuple[int, int], float] = {}
    spells: list[Spell] = []
    day, number = first, 0
    while day <= last:
        day += timedelta(days=1)
        for _ in range(_poisson(rng, per_week / 7)):
            number += 1
            spells += _deal(rng, f"deal {number}", day, last, moods, mood)
    return history_of(spells, begins=first)


def _deal(rng: random.Random, name: str, at: date, last: date, moods: dict[tuple[int, int], float], mood: float) -> list[Spell]:
    found: list[Spell] = []
    cents, stages = int(rng.lognormvariate(math.log(28_000_000), 0.5)), list(ONWARD)
    for place, stage in enumerate(stages):
        leave = at + timedelta(days=max(1, int(rng.gammavariate(2.5, WEEKS[stage] * 7 / 2.5))))
        late = place >= len(stages) - 2
        if late and leave.month % 3 and rng.random() < 0.35:
            leave = date(leave.year, leave.month + 3 - leave.month % 3, rng.randint(1, 28))
        if leave > last:
            return [*found, Spell(name, stage, at, None, "", cents)]
        factor = moods.setdefault((leave.year, leave.month), math.exp(rng.gauss(0, mood))) if late else 1.0
        if rng.random() >= min(0.98, ONWARD[stage] * factor):
            return [*found, Spell(name, stage, at, leave, LOST, cents)]
        if place == len(stages) - 1:
            return [*found, Spell(name, stage, at, leave, WON, cents, int(cents * rng.uniform(0.9, 1.05)))]
        found.append(Spell(name, stage, at, leave, stages[place + 1], cents))
        at = leave
    return found


def _poisson(rng: random.Random, mean: float) -> int:
    count, left = 0, rng.random()
    while left > math.exp(-mean):
        count, left = count + 1, left * rng.random()
    return count
