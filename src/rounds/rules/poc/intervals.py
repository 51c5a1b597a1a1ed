"""How sure a reading is: Wilson's interval of a share, Student's t interval of a mean. Plain arithmetic, no package."""

from __future__ import annotations

import math
from functools import lru_cache
from statistics import NormalDist

WILSON = "Wilson"
STUDENT = "t interval"
NONE = "single figure, no interval"
HALF = 1 / 2
STEPS = 400
TINY = 1e-300
CLOSE = 1e-14


def wilson(hits: int, n: int, confidence: float) -> tuple[float, float]:
    """Wilson's score interval of `hits` among `n`, as shares."""
    z, p = normal(confidence), hits / n
    middle = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * math.sqrt(p * (1 - p) / n + (z / (2 * n)) ** 2)
    return (0.0 if hits == 0 else max(middle - half, 0.0)), (1.0 if hits == n else min(middle + half, 1.0))


def student(mean: float, deviation: float, n: int, confidence: float) -> tuple[float, float]:
    """The t interval of a mean of `n` measurements (at least two) with the standard deviation `deviation`."""
    half = quantile(1 - (1 - confidence) / 2, n - 1) * deviation / math.sqrt(n)
    return mean - half, mean + half


def normal(confidence: float) -> float:
    """How many standard deviations hold `confidence` of a normal distribution around its middle."""
    return NormalDist().inv_cdf(1 - (1 - confidence) / 2)


@lru_cache(maxsize=4096)
def quantile(p: float, freedom: int) -> float:
    """The quantile of Student's t for p > 0.5, found by halving between what is too small and what is too large."""
    low, high = 0.0, 2.0
    while _below(high, freedom) < p:
        low, high = high, high * 2
    for _ in range(STEPS):
        if high - low < CLOSE * high:
            break
        middle = (low + high) / 2
        low, high = (middle, high) if _below(middle, freedom) < p else (low, middle)
    return (low + high) / 2


def _below(t: float, freedom: int) -> float:
    """P(T <= t) for t >= 0, by the incomplete beta function."""
    return 1 - HALF * _beta(freedom / (freedom + t * t), freedom / 2, HALF)


def _beta(x: float, a: float, b: float) -> float:
    """The regularised incomplete beta function (continued fraction; Numerical Recipes 6.4)."""
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
