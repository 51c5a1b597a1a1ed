"""How well we know somebody, as pages show it: the strength, its trend, and its four parts."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from rounds.access.scope import visible
from rounds.actions.market.knowing import touches_of
from rounds.kit.scope import Scope
from rounds.models import Account, Contact
from rounds.models.flow.active import active
from rounds.rules import relationships


def of_contact(contact: Contact, *, at: datetime) -> dict[str, Any]:
    """The strength of one person's relationship, counted now, and why."""
    book = active().playbook
    found = relationships.strength(book, touches_of([contact.id], at=at)[contact.id], contact.seniority, at)
    return {"total": found.total if found else None, "parts": found.parts if found else (), **_trend(found.total if found else None, contact.strength_was)}


def of_account(unit: Account, scope: Scope, *, most: int = 3) -> dict[str, Any]:
    """The strength of an account with its strongest people the viewer may see."""
    people = visible(Contact, scope).filter(buying_unit_id=unit.id, left_on=None).exclude(strength=None).order_by("-strength", "name")[:most]
    return {"total": unit.strength, "people": list(people), **_trend(unit.strength, unit.strength_was)}


def _trend(now: int | None, was: int | None) -> dict[str, Any]:
    days = active().playbook.relationships.trend_days.value
    moved = (now or 0) - (was or 0)
    said = "unchanged" if not moved else f"{'up' if moved > 0 else 'down'} {abs(moved)}"
    return {"trend": f"{said} in {days} days" if now is not None else ""}
