"""From the sums a database answers to a number: exact fractions, the small-n rule, intervals."""

from __future__ import annotations

from fractions import Fraction
from typing import Any

from rounds.analytics.numbers.definition import DAY, HOUR, Metric
from rounds.analytics.numbers.result import Reading
from rounds.playbook import Playbook
from rounds.rules.poc.intervals import wilson

SCALE = {"money": 100, "days": DAY, "hours": HOUR}
"""Unit → how many of what is summed make one of it: cents, seconds."""
HUNDRED = 100


def scale_of(metric: Metric) -> int:
    """How many of the whole numbers that are summed make one of the unit."""
    if metric.scale != 1 or metric.how not in ("sum", "mean", "median"):
        return metric.scale
    return SCALE.get(metric.unit, 1)


def read(metric: Metric, sums: dict[str, Any], book: Playbook, marks: tuple[Fraction, ...] = ()) -> Reading:
    """The Reading of one cell's sums {n, top, base, x, known, middle, ninth}."""
    n = int(sums["n"] or 0)
    made = {"count": _count, "sum": _sum, "share": _share, "ratio": _ratio, "mean": _mean, "median": _median}[metric.how]
    found = made(metric, n, sums, book)
    if found["value"] is not None and metric.small and metric.how not in ("count", "sum") and found.get("n", n) < book.measures.small_n.value:
        return Reading(metric.unit, "small", None, found.get("n", n), found.get("top"), found.get("base"), marks=marks)
    return Reading(metric.unit, "ok" if found["value"] is not None else "no data", **{"n": n, **found}, marks=marks)


def _count(metric: Metric, n: int, sums: dict[str, Any], book: Playbook) -> dict[str, Any]:
    return {"value": Fraction(n)}


def _sum(metric: Metric, n: int, sums: dict[str, Any], book: Playbook) -> dict[str, Any]:
    """Nothing to sum is no data, not nothing: only rows whose x is known make a sum."""
    known = int(sums["known"] or 0)
    return {"value": Fraction(int(sums["x"]), scale_of(metric)) if known else None}


def _share(metric: Metric, n: int, sums: dict[str, Any], book: Playbook) -> dict[str, Any]:
    top = int(sums["top"] or 0)
    if not n:
        return {"value": None, "top": 0, "base": 0}
    many = HUNDRED if metric.unit in ("percent", "score") else 1
    return {"value": Fraction(many * top, n), "top": top, "base": n, **_interval(metric, top, n, book)}


def _interval(metric: Metric, top: int, n: int, book: Playbook) -> dict[str, Any]:
    """Wilson's interval of a share of whole rows."""
    if metric.unit != "percent" or not 0 <= top <= n:
        return {}
    low, high = wilson(top, n, book.measures.confidence.percent / HUNDRED)
    return {"low": Fraction(low) * HUNDRED, "high": Fraction(high) * HUNDRED}


def _ratio(metric: Metric, n: int, sums: dict[str, Any], book: Playbook) -> dict[str, Any]:
    top, base = int(sums["top"] or 0), int(sums["base"] or 0)
    many = HUNDRED if metric.unit == "percent" else 1
    value = Fraction(many * top, base) / scale_of(metric) if base > 0 else None
    sure = _interval(metric, top, n, book) if metric.rows_are_bases and base == n and n else {}
    return {"value": value, "top": top, "base": base, **sure}


def _mean(metric: Metric, n: int, sums: dict[str, Any], book: Playbook) -> dict[str, Any]:
    known = int(sums["known"] or 0)
    return {"value": Fraction(int(sums["x"]), known * scale_of(metric)) if known else None, "n": known}


def _median(metric: Metric, n: int, sums: dict[str, Any], book: Playbook) -> dict[str, Any]:
    known = int(sums["known"] or 0)
    if not known:
        return {"value": None, "n": 0}
    scale = scale_of(metric)
    return {"value": Fraction(sums["middle"]) / scale, "n": known, "mean": Fraction(int(sums["x"]), known * scale), "ninth": Fraction(sums["ninth"]) / scale}
