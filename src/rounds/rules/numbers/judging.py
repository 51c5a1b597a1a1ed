"""A number against its target: compared exactly, so that 84.96 % is never "85 % met" (KPI, Unsaid)."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Literal

from rounds.playbook.shapes.measures import Target

Status = Literal["met", "near", "missed", "no data"]


@dataclass(frozen=True, slots=True)
class Verdict:
    """How a number stands to a target. `says` is the target in words; `beyond`: better than the range that was asked for."""

    kpi: str
    title: str
    status: Status
    says: str
    source: str
    beyond: bool = False


def judged(target: Target, value: Fraction | None, *, near: int, unit: str) -> Verdict:
    """`value` (in the unit of the target) against it; `near` percent off it is near."""
    says = sentence(target, unit)
    if value is None:
        return Verdict(target.kpi, target.title, "no data", says, target.origin)
    if _meets(target, value):
        return Verdict(target.kpi, target.title, "met", says, target.origin)
    if _is_beyond(target, value):
        return Verdict(target.kpi, target.title, "met", says, target.origin, beyond=True)
    return Verdict(target.kpi, target.title, "near" if _near(target, value, near) else "missed", says, target.origin)


def bounds(target: Target) -> tuple[Fraction, ...]:
    """The values at which the verdict turns."""
    return tuple(Fraction(one) for one in (target.value, target.low, target.high) if one is not None)


def sentence(target: Target, unit: str) -> str:
    """The target in words: "at least 85 %", "$50,000 to $100,000"."""
    if target.comparator == "between":
        return f"{figure(Fraction(target.low or 0), unit)} to {figure(Fraction(target.high or 0), unit)}"
    words = {"at_least": "at least", "above": "more than", "at_most": "at most", "below": "less than"}
    return f"{words[target.comparator]} {figure(Fraction(target.value or 0), unit)}"


def figure(value: Fraction, unit: str) -> str:
    """A target's own figure, as it was written."""
    from rounds.rules.numbers.showing import shown

    return shown(value, unit)


def _meets(target: Target, value: Fraction) -> bool:
    if target.comparator == "between":
        return Fraction(target.low or 0) <= value <= Fraction(target.high or 0)
    bound = Fraction(target.value or 0)
    return {"at_least": value >= bound, "above": value > bound, "at_most": value <= bound, "below": value < bound}[target.comparator]


def _is_beyond(target: Target, value: Fraction) -> bool:
    if target.beyond == "less":
        return value < Fraction(target.low or 0)
    return target.beyond == "more" and value > Fraction(target.high or 0)


def _near(target: Target, value: Fraction, near: int) -> bool:
    """Within so many percent of the bound that was missed."""
    bound = min(bounds(target), key=lambda one: abs(one - value))
    return abs(value - bound) * 100 <= abs(bound) * near
