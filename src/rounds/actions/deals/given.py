"""What is given with a deal, checked field by field."""

from __future__ import annotations

from datetime import date
from typing import Any

from rounds.actions.deals.telling import DealRefused
from rounds.models.flow.active import active
from rounds.rules.pipeline.amounts import MOST_CENTS

PLAIN = ("name", "source", "next_step", "term_months", "close_on", "next_step_due", "phi_involved", "kind", "contact", "external_id")
"""What `change` takes. The amount has its own verb, the stage its own room."""
FIRST, LAST = date(1990, 1, 1), date(2200, 1, 1)


def checked(said: dict[str, Any]) -> dict[str, Any]:
    """The fields, clean. Raises DealRefused (422) naming the field."""
    return {name: _one(name, value) for name, value in said.items()}


def _one(name: str, value: Any) -> Any:
    if name not in PLAIN:
        raise DealRefused(f"A deal has no “{name[:40]}” to change; it has: {', '.join(PLAIN)}.", field=name[:40])
    if name in ("name", "source", "next_step"):
        value = str(value or "").strip()[: 500 if name == "next_step" else 300]
        if name == "name" and not value:
            raise DealRefused("Say what the deal is called.", field="name")
        return value
    if name == "external_id":
        return str(value).strip()[:200] or None if value is not None else None
    if name in ("close_on", "next_step_due"):
        return day(name, value)
    if name == "term_months":
        return term(value)
    if name == "phi_involved":
        if not isinstance(value, bool):
            raise DealRefused("Say yes or no: whether patient data is involved.", field=name)
        return value
    if name == "kind" and value not in active().playbook.closing.kind_titles:
        raise DealRefused(f"A deal is one of: {', '.join(active().playbook.closing.kind_titles)}.", field="kind")
    return value


def day(name: str, value: Any) -> date | None:
    """A day, or none. Raises DealRefused (422)."""
    if value in (None, ""):
        return None
    try:
        found = value if isinstance(value, date) else date.fromisoformat(str(value))
    except ValueError:
        raise DealRefused("Write a day such as 2026-09-28.", field=name) from None
    if not FIRST <= found < LAST:
        raise DealRefused("That is no day a deal has; choose one between 1990 and 2200.", field=name)
    return found


def term(value: Any) -> int | None:
    """Months of a contract, or none. Raises DealRefused (422)."""
    if value in (None, ""):
        return None
    most = active().playbook.closing.terms.most_months
    if isinstance(value, bool) or not isinstance(value, int) or not 1 <= value <= most:
        raise DealRefused(f"The term is a number of months from 1 to {most}.", field="term_months")
    return value


def cents(value: Any) -> int:
    """An amount in whole cents. Raises DealRefused (422)."""
    if isinstance(value, bool) or not isinstance(value, int) or not 0 <= value <= MOST_CENTS:
        raise DealRefused("An amount is a number of cents, nothing or more.", field="amount_cents")
    return value
