"""Forecast: back-tests, each week of the past from what was known then, beside simple ways.

    python -m bench.forecast [origins]

The bars: on an invented company the ranges P10–P90 of at least 100 weeks hold 75–85 % of what came; on the Maven sample of
the public files, weekly for 4 horizons, the error lies below that of win rate × mean value. Coverage and errors are printed,
those of the simple ways beside them.
"""

from __future__ import annotations

import sys
import time
from datetime import date, timedelta

from bench._deals import DATA, MAVEN_PRIOR, company, maven
from rounds.playbook import default
from rounds.rules.forecast.backtest import Score, Trial, Window, backtest, origins, score
from rounds.rules.forecast.prior import prior_of
from rounds.rules.pipeline.quarters import quarter_end

HELD = (0.75, 0.85)
NEXT = timedelta(days=1)


def to_quarters_end(day: date) -> date:
    return quarter_end(day)


def to_next_quarters_end(day: date) -> date:
    return quarter_end(quarter_end(day) + NEXT)


def days(count: int) -> Window:
    """A window of so many days."""
    return lambda day: day + timedelta(days=count - 1)


def on_maven() -> list[Trial]:
    """Each week from seven weeks after the record begins, 30, 60, 90 and 120 days ahead."""
    windows = {f"{count} days": days(count) for count in (30, 60, 90, 120)}
    return list(backtest(maven(), origins(date(2017, 4, 17), date(2017, 12, 1)), windows, date(2017, 12, 31), MAVEN_PRIOR, default().forecast))


WINDOWS: dict[str, Window] = {"this quarter": to_quarters_end, "next quarter": to_next_quarters_end}
SEEDS = (7, 11, 23)


def on_company(seed: int, weeks: int, windows: dict[str, Window] = WINDOWS) -> list[Trial]:
    """So many weeks of an invented company, from its fifth year on, to the end of the quarter and of the next one."""
    first = date(2021, 1, 4)
    found = backtest(company(seed), origins(first, first + timedelta(weeks=weeks - 1)), windows, date(2025, 12, 31), prior_of(default()), default().forecast)
    return list(found)


def told(title: str, trials: list[Trial]) -> Score:
    """Prints a line a horizon and one over all."""
    print(f"{title}: {len({one.past.first for one in trials})} weeks")
    print(f"  {'window':14} {'n':>4}  {'P10–P90 holds':>13} {'no common':>9}  {'error':>6} {'naive':>6}  {'quarter before':>14} {'ours there':>10}  {'lean':>5}")
    for horizon in [*dict.fromkeys(one.horizon for one in trials), ""]:
        found = score([one for one in trials if horizon in ("", one.horizon)])
        before = "–" if found.before is None else f"{found.before:.1%}"
        beside = "–" if found.beside is None else f"{found.beside:.1%}"
        print(f"  {horizon or 'all':14} {found.trials:4}  {found.held:13.0%} {found.held_alone:9.0%}  {found.error:6.1%} {found.naive:6.1%}  {before:>14} {beside:>10}  {found.lean:5.2f}")
    return found


def main(weeks: int = 230) -> bool:
    """True when the bars hold."""
    begun = time.perf_counter()
    held = True
    trials = [one for seed in SEEDS for one in on_company(seed, weeks)]
    found = told("three invented companies", trials)
    held &= HELD[0] <= found.held <= HELD[1] and found.error < found.naive
    if (DATA / "pipeline").is_dir():
        found = told("Maven sample, 8,300 deals", on_maven())
        held &= found.error < found.naive
    else:
        print(f"The public files are not at {DATA} (set ROUNDS_PUBLIC_DATA): invented companies only.")
    print("naive: open deals × win rate × mean value; quarter before: the same days 13 weeks earlier; no common: the range with each deal falling for itself")
    print(f"{'held' if held else 'MISSED'} in {time.perf_counter() - begun:.0f} s; bar {HELD[0]:.0%}–{HELD[1]:.0%}, error below naive")
    return held


if __name__ == "__main__":
    sys.exit(0 if main(*(int(said) for said in sys.argv[1:])) else 1)
