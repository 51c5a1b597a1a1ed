"""What people type about money, read: "$12,500.50", "7.5 %", a day. Wrong ones are refused by their field."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

from rounds.kit.clock import sayable_day
from rounds.kit.refusal import Refusal

LONGEST = 24


class Unreadable(Refusal):
    """This cannot be read as a number."""

    status = 422


def cents(said: Mapping[str, str], name: str) -> int:
    """An amount in dollars as cents, half-up; nothing is 0."""
    return int((_number(said, name) * 100).quantize(Decimal(1), rounding=ROUND_HALF_UP))


def bp(said: Mapping[str, str], name: str) -> int:
    """A percentage as basis points; nothing is 0."""
    return int((_number(said, name) * 100).quantize(Decimal(1), rounding=ROUND_HALF_UP))


def whole(said: Mapping[str, str], name: str) -> int:
    """A whole number; nothing is 0."""
    found = _number(said, name)
    if found != found.to_integral_value():
        raise Unreadable("Give a whole number.", field=name)
    return int(found)


def maybe_whole(said: Mapping[str, str], name: str) -> int | None:
    """A whole number, or None where nothing is said."""
    return whole(said, name) if said.get(name, "").strip() else None


def day(said: Mapping[str, str], name: str) -> date:
    """A day such as 2026-12-31."""
    try:
        found = date.fromisoformat(said.get(name, "").strip())
    except ValueError:
        raise Unreadable("Give a day, such as 2026-12-31.", field=name) from None
    if not sayable_day(found):
        raise Unreadable("That day is too far away; give one such as 2026-12-31.", field=name)
    return found


def _number(said: Mapping[str, str], name: str) -> Decimal:
    text = re.sub(r"[\s,$%€£]", "", said.get(name, ""))
    if not text:
        return Decimal(0)
    if len(text) > LONGEST or not re.fullmatch(r"-?\d*\.?\d*", text) or text in ("-", ".", "-."):
        raise Unreadable("This is no number; write it such as 12,500.50.", field=name)
    try:
        return Decimal(text)
    except InvalidOperation:
        raise Unreadable("This is no number; write it such as 12,500.50.", field=name) from None


READ = {"total_bp": bp, "discount_bp": bp, "credit_cents": cents, "services_cents": cents, "unit_cents": cents, "free_months": whole, "poc_weeks": whole,
        "term_months": whole, "units": whole, "start_month": whole, "expires_on": day}  # fmt: skip


def read(said: Mapping[str, str], names: tuple[str, ...]) -> dict[str, Any]:
    """The fields of `names` that were sent, read. A month is said from 1 on."""
    found: dict[str, Any] = {}
    for name in names:
        if name not in said:
            continue
        found[name] = READ[name](said, name) if name in READ else said[name].strip()
        if name == "start_month":
            found[name] = max(found[name] - 1, 0)
    return found
