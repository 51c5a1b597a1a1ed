"""Signals: what became new about a buyer, as acts of the log that make heat (LEAD-20): its size, its technology, its budget.

A person who changes such a fact, or notes such news, was told of it; what a file or another system brings is nobody's
act and makes none (PLUS-04). A signal is no touch: nobody was spoken with.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from typing import Any

from rounds.access.sight import whole_sight
from rounds.actions.flow import events
from rounds.actions.market.warmth import warm
from rounds.kit.actor import Actor
from rounds.models import Account, Lead, LeadActivity
from rounds.models.base import signature
from rounds.models.flow.active import active
from rounds.rules import heat


def changed(facts: Mapping[str, tuple[Any, Any]], *, account: Account | None = None, lead: Lead | None = None, by: Actor,
            at: datetime) -> list[LeadActivity]:  # fmt: skip
    """Log what a change of facts {fact: (before, after)} says is new. Inside the caller's deed, before scores are counted.

    Effects: a LeadActivity and the event activity.logged for each trigger, the heat of the account and its unit.
    """
    if by.kind != "user":
        return []
    found = heat.heard(active().playbook, facts)
    return [_keep(trigger, said, account, lead, at, by, at) for trigger, said in found.items()]


def noted(account: Account, topic: str, as_of: date, *, by: Actor, at: datetime) -> list[LeadActivity]:
    """Log what a piece of noted news says is new, from the day it is of. Effects: as `changed`."""
    trigger = heat.news(active().playbook, topic)
    if by.kind != "user" or trigger is None:
        return []
    return [_keep(trigger, topic, account, None, min(at, datetime.combine(as_of, time(), UTC)), by, at)]


def _keep(trigger: str, said: str, account: Account | None, lead: Lead | None, happened_at: datetime, by: Actor, at: datetime) -> LeadActivity:
    row = LeadActivity.objects.create(kind=trigger, subject=said, account=account, lead=lead, happened_at=happened_at, **signature(by, at))
    told = {"activity": str(row.id), "kind": trigger, "subject": said, "seniority": "", "direction": "in"}
    events.record("activity.logged", told, by=by, at=at, lead=lead.id if lead else None,
                  account=account.id if account else lead.account_id, subject=row.id)  # fmt: skip
    place = account or lead
    with whole_sight(place):
        keys = {account.id, account.buying_unit_id} if account else {lead.account_id, lead.buying_unit_id}
        warm(keys - {None}, at=at)
    return row
