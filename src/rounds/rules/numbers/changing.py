"""A figure against its baseline: so many percent better, exactly (KPI-36, KPI-38)."""

from __future__ import annotations

from fractions import Fraction
from typing import Literal

from rounds.rules.numbers.judging import Status


def change_of(value: Fraction, baseline: Fraction, *, points: bool) -> Fraction:
    """How much `value` differs from `baseline`, in percent of the baseline; in points where both are percent and so counted.
    The baseline is not nought."""
    return value - baseline if points else (value - baseline) * 100 / abs(baseline)


def reached(change: Fraction, percent: int, way: Literal["more", "less"], *, near: int) -> Status:
    """Whether a change goes far enough, compared exactly; `near` percent short of it is near."""
    gone = change if way == "more" else -change
    if gone >= percent:
        return "met"
    return "near" if (percent - gone) * 100 <= percent * near else "missed"
