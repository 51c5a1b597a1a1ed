"""Numbers as people read them: with their unit, and never rounded across a bound they are judged by."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

PLACES = (0, 1, 2, 3, 4, 6, 9)
"""Decimals that are tried one after the other."""
USUAL = {"percent": 1, "days": 0, "hours": 1, "count": 1, "score": 1, "times": 1}
THOUSAND = 1000
SHORT = ((THOUSAND**3, "B", 1), (THOUSAND**2, "M", 2), (THOUSAND, "k", 0))
"""From so many dollars on, the letter and the decimals of the short form."""
CENTS = (0, 2, PLACES[-2])
"""Decimals of dollars that are tried one after the other."""


def shown(value: Fraction, unit: str, bounds: Iterable[Fraction] = ()) -> str:
    """`value` with its unit: 84.96 % beside a target of 85 is "84.96 %", not "85.0 %"."""
    if unit in ("money", "money_a_day"):
        return _money(value, tuple(bounds)) + (" a day" if unit == "money_a_day" else "")
    return _united(_places(value, USUAL[unit], tuple(bounds)), unit)


def short(value: Fraction, unit: str) -> str:
    """The same where there is little room: $5.41M."""
    if unit in ("money", "money_a_day"):
        for least, letter, places in SHORT:
            if abs(value) >= least:
                return _sign(value) + f"${_trim(_rounded(abs(value) / least, places))}{letter}"
    return shown(value, unit)


def _money(value: Fraction, bounds: tuple[Fraction, ...]) -> str:
    for places in CENTS:
        said = _rounded(value, places)
        if places == CENTS[-1] or _keeps_side(value, Fraction(said), bounds):
            return _sign(value) + f"${abs(said):,.{places}f}"
    raise AssertionError


def _places(value: Fraction, usual: int, bounds: tuple[Fraction, ...]) -> str:
    whole = value.denominator == 1
    for places in PLACES:
        if places < usual and not whole:
            continue
        said = _rounded(value, places)
        if _keeps_side(value, Fraction(said), bounds):
            return f"{said:,.{places}f}".replace("-", "−")
    return f"{_rounded(value, PLACES[-1]):,f}".replace("-", "−")


def _keeps_side(value: Fraction, said: Fraction, bounds: tuple[Fraction, ...]) -> bool:
    """Whether what is said lies on the same side of every bound as what is true."""
    return all((value < one) == (said < one) and (value > one) == (said > one) for one in bounds)


def _rounded(value: Fraction, places: int) -> Decimal:
    step = Decimal(1).scaleb(-places)
    scaled = Decimal(value.numerator) / Decimal(value.denominator)
    return scaled.quantize(step, ROUND_HALF_UP)


def _trim(value: Decimal) -> str:
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _sign(value: Fraction) -> str:
    return "−" if value < 0 else ""


def _united(text: str, unit: str) -> str:
    if unit == "percent":
        return f"{text} %"
    if unit == "times":
        return f"{text}×"
    if unit in ("days", "hours"):
        return f"{text} {unit[:-1] if text == '1' else unit}"
    return text
