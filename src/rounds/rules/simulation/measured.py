"""How a simulated company did, as the metrics would count it: what docs/simulation.md promises, and its test measures."""

from __future__ import annotations

import numpy as np

from rounds.rules.simulation.company import Company
from rounds.rules.simulation.drawn import LOST, OPEN, WON, Column


def measured(company: Company) -> dict[str, float]:
    """Name → value. Shares are 0 to 1, times in days, money in dollars a year. Of deals closed in the window, but for those
    that say `open`. An empty denominator is NaN."""
    deals = company.deals
    closed, won, lost = deals.outcome != OPEN, deals.outcome == WON, deals.outcome == LOST
    reached = [closed & (~np.isnan(deals.entry[:, place:])).any(axis=1) for place in range(deals.entry.shape[1])]
    proved, offered = reached[3], reached[6]
    cents = deals.true_cents.astype("float64")
    found = {
        "win rate": _share(won, closed),
        "demo to proof of concept": _share(proved & reached[2], reached[2]),
        "proof of concept to proposal": _share(proved & offered & ~deals.skipped, proved & ~deals.skipped),
        "proposal to close": _share(won, offered),
        "demo to close": _share(won, reached[2]),
        "days from lead to close, won": _mean((deals.closed - deals.lead_at)[won]),
        "days from opening to close, won": _mean((deals.closed - deals.opened)[won]),
        "dollars a year, won": _mean(cents[won]) / 100,
        "open at the end": _share(~closed, np.ones(len(deals), bool)),
        "lost to a rival": _share(lost & (deals.reason == _competition(company)), lost),
    }
    return found


def measured_segments(company: Company, segments: list[str]) -> dict[str, float]:
    """The win rate of each segment."""
    deals = company.deals
    return {f"win rate, {name}": _share((deals.outcome == WON) & (deals.segment == place), (deals.outcome != OPEN) & (deals.segment == place))
            for place, name in enumerate(segments)}  # fmt: skip


def _competition(company: Company) -> int:
    return company.reasons.index("competition")


def _share(part: Column, whole: Column) -> float:
    return float(part.sum() / whole.sum()) if whole.any() else float("nan")


def _mean(values: Column) -> float:
    return float(values.mean()) if len(values) else float("nan")
