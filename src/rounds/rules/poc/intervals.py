"""How sure a reading is: Wilson's interval of a share, Student's t interval of a mean. Plain arithmetic, no package."""

from __future__ import annotations

import math
from functools import lru_cache
from statistics import NormalDist

from rounds.rules.beta import below

WILSON = "Wilson"
STUDENT = "t interval"
NONE = "single figure, no interval"
HALF = 1 / 2
STEPS = 400
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
    return 1 - HALF * below(freedom / (freedom + t * t), freedom / 2, HALF)
