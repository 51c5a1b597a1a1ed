"""What totals a scoring model can reach: its lowest, highest, the gaps, the number of combinations."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from math import prod

from rounds.playbook.shapes.scoring import ScoringModel


@dataclass(frozen=True, slots=True)
class Reach:
    """`highest` is None when events add up without limit; `share_below`: combinations under the lowest floor."""

    lowest: int
    highest: int | None
    gaps: tuple[int, ...]
    combinations: int
    share_below: float | None

    @classmethod
    def of(cls, model: ScoringModel, mode: str | None = None) -> Reach:
        """Over all answers of `model`; `mode` tries another way of counting events."""
        ways = Counter({0: 1})
        endless = False
        for criterion in model.criteria:
            if criterion.counted:
                counted = mode or criterion.counted.mode
                points = criterion.counted.points.values()
                if counted == "each_event":
                    endless = True
                else:
                    best = max(points, default=0) if counted == "highest_only" else sum(points)
                    ways = Counter({total + add: 1 for total in ways for add in (0, best)})
                continue
            step: Counter[int] = Counter()
            for level in criterion.levels:
                if level.same_as is None:
                    for total, count in ways.items():
                        step[total + level.points] += count
            ways = step
        lowest, highest = min(ways), max(ways)
        combinations = prod(len([1 for level in c.levels if level.same_as is None]) for c in model.criteria if c.levels)
        gaps = (
            ()
            if any(c.counted for c in model.criteria)
            else tuple(t for t in range(lowest, highest + 1) if t not in ways)
        )
        floors = [step.at_least for step in model.bands.steps if step.at_least is not None] if model.bands else []
        below = None
        if floors and not any(c.counted for c in model.criteria):
            below = sum(count for total, count in ways.items() if total < min(floors)) / combinations
        return cls(lowest, None if endless else highest, gaps, combinations, below)
