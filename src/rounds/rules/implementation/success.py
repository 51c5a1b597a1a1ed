"""Whether an implementation is a success: four metrics against strict targets, red, amber or green (IMPL-03 to 05)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_FLOOR, Decimal, InvalidOperation
from fractions import Fraction
from functools import lru_cache
from typing import Any, Literal

from rounds.kit.refusal import Refusal
from rounds.playbook import Playbook
from rounds.playbook.shapes.customers import SuccessMetric
from rounds.rules.facts import Checker, refuse, whole

Value = Fraction
Rag = Literal["green", "amber", "red", "unknown"]


class PartsRefused(Refusal):
    """These figures cannot be a reading."""

    status = 422


@dataclass(frozen=True, slots=True)
class Reading:
    """A metric against its target. `value` is exact; `shown` never rounds across the target."""

    metric: str
    title: str
    value: Value | None
    shown: str
    status: Literal["met", "missed", "unknown"]
    rag: Rag
    why: str
    target: str


PLACES = (1, 2, 3, 4, 6, 9)
"""Decimals that are tried one after the other."""
MOST_OF_A_FIGURE = 10**9
PARTS: Mapping[str, tuple[str, ...]] = {
    "time_to_first_value": ("days",),
    "user_adoption": ("active_users", "licensed_users"),
    "uptime": ("period_minutes", "downtime_minutes", "maintenance_minutes"),
    "nps": ("promoters", "passives", "detractors"),
}
"""What each metric is made of: whole numbers."""


def value_of(metric: str, parts: Mapping[str, int]) -> Value | None:
    """The exact value of a metric; None where its parts are not all there. Raises PartsRefused naming what is wrong."""
    if any(parts.get(name) is None for name in PARTS[metric]):
        return None
    said = {name: parts[name] for name in PARTS[metric]}
    for name, number in said.items():
        if number < 0 and name != "days":
            raise PartsRefused(f"{name.replace('_', ' ').capitalize()} cannot be less than 0.", field=name)
    return _MADE[metric](said)


def _adoption(said: Mapping[str, int]) -> Value:
    if said["licensed_users"] == 0:
        raise PartsRefused("Nobody has a licence; enter how many people should use it.", field="licensed_users")
    if said["active_users"] > said["licensed_users"]:
        raise PartsRefused("More people used it than have a licence; correct one of the two.", field="active_users")
    return Fraction(100 * said["active_users"], said["licensed_users"])


def _uptime(said: Mapping[str, int]) -> Value:
    period = said["period_minutes"] - said["maintenance_minutes"]
    if period <= 0:
        raise PartsRefused("Nothing is left of the period once maintenance is taken off; correct one of the two.", field="maintenance_minutes")
    if said["downtime_minutes"] > period:
        raise PartsRefused("It was down for longer than the period; correct one of the two.", field="downtime_minutes")
    return 100 * (1 - Fraction(said["downtime_minutes"], period))


def nps_of(promoters: int, passives: int, detractors: int) -> Value:
    """Share of promoters less share of detractors, from -100 to 100. Raises PartsRefused for nobody."""
    total = promoters + passives + detractors
    if total == 0:
        raise PartsRefused("Nobody has answered yet.", field="promoters")
    return Fraction(100 * (promoters - detractors), total)


_MADE = {
    "time_to_first_value": lambda said: Fraction(said["days"]),
    "user_adoption": _adoption,
    "uptime": _uptime,
    "nps": lambda said: nps_of(said["promoters"], said["passives"], said["detractors"]),
}


def judged(playbook: Playbook, metric: str, value: Value | None) -> Reading:
    """`value` against the target of `metric`, as strict as it is written."""
    book = playbook.success.metrics[metric]
    target = f"{'less' if book.better == 'less' else 'more'} than {book.target.value}{_unit(book)}"
    if value is None:
        return Reading(metric, book.title, None, "", "unknown", "unknown", "No reading yet.", target)
    met, near = _beats(book, value, book.target.exact), _beats(book, value, book.amber.exact)
    rag: Rag = "green" if met else "amber" if near else "red"
    shown = shown_as(value, book)
    why = f"{shown}{_unit(book)} is {'' if met else 'not '}{target}."
    return Reading(metric, book.title, value, shown, "met" if met else "missed", rag, why, target)


def _beats(book: SuccessMetric, value: Value, bound: Decimal) -> bool:
    return value < Fraction(bound) if book.better == "less" else value > Fraction(bound)


def _unit(book: SuccessMetric) -> str:
    return {"%": " %", "days": " days", "points": ""}.get(book.unit, f" {book.unit}")


def shown_as(value: Value, book: SuccessMetric) -> str:
    """Whole or exact to two places as it is; else cut off, never rounded up, with as many places as it takes to tell it
    from its target."""
    if 100 % value.denominator == 0:
        return f"{Decimal(value.numerator) / Decimal(value.denominator):f}"
    target, cut = Fraction(book.target.exact), Decimal(0)
    for places in PLACES:
        cut = (Decimal(value.numerator) / Decimal(value.denominator)).quantize(Decimal(1).scaleb(-places), ROUND_FLOOR)
        if (Fraction(cut) > target) == (value > target) and (Fraction(cut) < target) == (value < target):
            break
    return f"{cut:f}"


def exact(name: str):
    """A number as it was written: 84.96 stays 84.96."""

    def check(value: Any) -> Value:
        try:
            if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
                raise ValueError
            found = Decimal(str(value))
            if not found.is_finite() or abs(found) > MOST_OF_A_FIGURE or -found.as_tuple().exponent > PLACES[-1]:
                raise ValueError
            return Fraction(found)
        except (ValueError, InvalidOperation):
            raise refuse(name, "a number", value) from None

    return check


@lru_cache(maxsize=64)
def _checker(playbook: Playbook) -> Checker:
    own = {name: whole(name, None if name == "days" else 0, 10**9) for names in PARTS.values() for name in names}
    own |= {metric: exact(metric) for metric in PARTS}
    return Checker(playbook, own)


def explain(playbook: Playbook, given: Mapping[str, Any]) -> dict[str, Any]:
    """The parts of a metric (`active_users` …), or the metric itself (`user_adoption`: 84.96)."""
    facts = _checker(playbook)(given)
    found = {}
    for metric in playbook.success.metrics:
        value = facts.get(metric)
        found[metric] = judged(playbook, metric, value_of(metric, facts) if value is None and metric in PARTS else value)
    known = [reading for reading in found.values() if reading.value is not None]
    return {
        "metrics": {code: {"value": reading.shown or None, "status": reading.status, "rag": reading.rag} for code, reading in found.items()},
        "met": sum(reading.status == "met" for reading in known),
        "of": len(found),
        "missing": [code for code, reading in found.items() if reading.value is None],
        "lines": [{"what": code, "level": reading.status, "points": None, "why": reading.why,
                   "source": playbook.success.metrics[code].target.origin} for code, reading in found.items()],
    }  # fmt: skip
