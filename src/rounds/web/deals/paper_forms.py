"""What the forms of contracts, assets and hand-offs send, read into plain values."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from uuid import UUID

from rounds.actions.deals.contract_given import ContractRefused
from rounds.models import User


def day_or_none(said: Mapping[str, str], name: str) -> date | None:
    """A day of a form. Raises ContractRefused (422)."""
    text = said.get(name, "").strip()
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise ContractRefused("Write the day as 2026-11-30.", field=name) from None


def whole_or_none(said: Mapping[str, str], name: str) -> int | None:
    """A whole number of a form. Raises ContractRefused (422)."""
    text = said.get(name, "").strip()
    if text and not text.isdecimal():
        raise ContractRefused("Write a whole number.", field=name)
    return int(text) if text else None


def cents_of(said: Mapping[str, str], name: str) -> int | None:
    """Dollars of a form as whole cents. Raises ContractRefused (422)."""
    text = said.get(name, "").strip().replace(",", "").removeprefix("$")
    if not text:
        return None
    try:
        cents = Decimal(text) * 100
    except InvalidOperation:
        cents = Decimal("NaN")
    if not cents.is_finite() or cents != cents.to_integral_value() or not 0 <= cents <= 10**14:
        raise ContractRefused("Write the amount in dollars, such as 740000.", field=name)
    return int(cents)


def person_or_none(said: Mapping[str, str], name: str) -> User | None:
    """A colleague of a form; empty: nobody."""
    try:
        return User.objects.filter(pk=UUID(said.get(name, "")), is_active=True).first()
    except ValueError:
        return None
