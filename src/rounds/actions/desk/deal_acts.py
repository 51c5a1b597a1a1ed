"""What can be done to many deals, each with its way back: the hands of `acts`."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from rounds.actions.deals import opportunities
from rounds.actions.deals.given import day
from rounds.actions.deals.telling import DealRefused
from rounds.kit.actor import Actor
from rounds.models import Opportunity
from rounds.models.flow.active import active


def category(said: dict[str, Any]) -> dict[str, Any]:
    """The forecast category that was picked."""
    known = {one.category: one.title for one in active().playbook.closing.forecast.categories if not one.closed}
    picked = str(said.get("category") or "")
    if picked not in known:
        raise DealRefused(f"A forecast category is one of: {', '.join(known)}.", field="category")
    return {"category": picked, "title": known[picked]}


def closing(said: dict[str, Any]) -> dict[str, Any]:
    """The day that was written, and why."""
    found = day("close_on", str(said.get("close_on") or ""))
    if found is None:
        raise DealRefused("Write a day such as 2026-09-28.", field="close_on")
    return {"close_on": found.isoformat(), "reason": str(said.get("reason") or "").strip()[:500]}


def forecast(row: Opportunity, said: dict[str, Any], *, by: Actor, at: datetime) -> bool:
    before = (row.forecast_category, row.forecast_by_hand)
    after = opportunities.forecast(row, said["category"], by=by, at=at)
    return before != (after.forecast_category, after.forecast_by_hand)


def close_on(row: Opportunity, said: dict[str, Any], *, by: Actor, at: datetime) -> bool:
    before = row.close_on
    return opportunities.change(row, close_on=said["close_on"], reason=said["reason"], by=by, at=at).close_on != before


def back(row: Opportunity, payload: dict[str, Any], *, by: Actor, at: datetime) -> bool:
    """Give the fields of a change their values back, where nobody changed them since."""
    changed = payload["changed"]
    if any(_json(getattr(row, name)) != after for name, (_, after) in changed.items()) or not row.is_open:
        return False
    if "forecast_category" in changed or "forecast_by_hand" in changed:
        by_hand = changed.get("forecast_by_hand", [row.forecast_by_hand])[0]
        category = changed.get("forecast_category", [row.forecast_category])[0]
        opportunities.forecast(row, category if by_hand else "", reason="undone", by=by, at=at)
    if "close_on" in changed:
        opportunities.change(row, close_on=changed["close_on"][0], reason="undone", by=by, at=at)
    return True


def _json(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
