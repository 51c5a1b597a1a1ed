"""The beta distribution, by plain arithmetic: what intervals of readings and ranges of totals are made of."""

from __future__ import annotations

import math

STEPS = 400
TINY = 1e-300
CLOSE = 1e-14


def below(x: float, a: float, b: float) -> float:
    """The part of a beta distribution that lies below `x`: the regularised incomplete beta function (continued fraction;
    Numerical Recipes 6.4)."""
    if x <= 0 or x >= 1:
        return 0.0 if x <= 0 else 1.0
    front = math.exp(math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b) + a * math.log(x) + b * math.log1p(-x))
    if x > (a + 1) / (a + b + 2):
        return 1 - front * _fraction(1 - x, b, a) / b
    return front * _fraction(x, a, b) / a


def _fraction(x: float, a: float, b: float) -> float:
    c, d = 1.0, 1 / _off(1 - (a + b) * x / (a + 1))
    h = d
    for m in range(1, STEPS):
        for top in (m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)), -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))):
            d = 1 / _off(1 + top * d)
            c = _off(1 + top / c)
            step = c * d
            h *= step
        if abs(step - 1) < CLOSE:
            break
    return h


def _off(value: float) -> float:
    """`value`, kept off zero."""
    return value if abs(value) > TINY else TINY
