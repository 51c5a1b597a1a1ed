"""What our own past forecasts were off by: the lean of the mean, the spread no single deal explains, the width that holds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from statistics import NormalDist
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rounds.playbook.shapes.forecast import Spread

STEPS = 19
"""Into how many equal parts the ranges that were just right are taken."""


@dataclass(frozen=True, slots=True)
class Past:
    """A forecast of old of the window `first` to `last`, in cents: its uncorrected mean, the variance that deals falling
    each for itself explain, and what came. `off`: how far that lay from the middle of the range before it was widened, in
    half widths (1 = just on P10 or P90)."""

    first: date
    last: date
    expected: float
    variance: float
    actual: float
    off: float

    @property
    def days(self) -> int:
        return (self.last - self.first).days + 1


@dataclass(frozen=True, slots=True)
class Calibration:
    """`lean`: what came ÷ what was forecast. `shock`: standard deviation of that factor. `width`: how many times as wide as
    they were ranges have to be to hold as often as they are to. `windows`: how many windows that do not overlap it rests
    on; with none the three are the playbook's."""

    lean: float
    shock: float
    width: float
    windows: float


def calibrate(past: Sequence[Past], length: int, rule: Spread) -> Calibration:
    """From the windows of about `length` days (between half and twice it). Windows of a weekly series overlap: together they
    count as often as their length fits into the time they cover."""
    near = [one for one in past if length <= 2 * one.days and one.days <= 2 * length and one.expected > 0]
    if not near:
        return Calibration(1.0, rule.shock, 1.0, 0.0)
    covered = (max(one.last for one in near) - min(one.first for one in near)).days + 1
    windows = min(float(len(near)), covered * len(near) / sum(one.days for one in near))
    off = sum(one.actual for one in near) / sum(one.expected for one in near)
    lean = (windows * off + rule.lean_windows) / (windows + rule.lean_windows)
    shock = _shock(near, lean, windows, rule)
    return Calibration(lean, shock, _width([one.off for one in near], windows, rule), windows)


def _shock(near: Sequence[Past], lean: float, windows: float, rule: Spread) -> float:
    """What is left of the squared errors once the deals' own falling is taken off, beside the playbook's."""
    left = sum((one.actual - lean * one.expected) ** 2 - lean * one.variance for one in near)
    seen = max(0.0, left / sum((lean * one.expected) ** 2 for one in near)) if lean > 0 else 0.0
    square = (windows * seen + rule.shock_windows * rule.shock**2) / (windows + rule.shock_windows) if windows + rule.shock_windows else 0.0
    return min(square**(1 / 2), rule.most_shock)


def _width(offs: Sequence[float], windows: float, rule: Spread) -> float:
    """The width past ranges would have needed, beside `width_windows` that were just right (conformal: one more for the
    range that is to come)."""
    normal = NormalDist()
    edge = normal.inv_cdf((1 + rule.holds) / 2)
    right = [normal.inv_cdf((1 + place / (STEPS + 1)) / 2) / edge for place in range(1, STEPS + 1)]
    weighted = [(one, windows / len(offs)) for one in offs] + [(one, rule.width_windows / STEPS) for one in right]
    total, so_far = sum(weight for _, weight in weighted), 0.0
    for one, weight in sorted(weighted):
        so_far += weight
        if so_far >= rule.holds * (total + 1):
            return min(one, float(rule.most_width))
    return float(rule.most_width)
