"""What people say a quarter brings: a rep's call and a manager's override, kept apart (FORECAST-01, FORECAST-07)."""

from __future__ import annotations

from datetime import datetime

from rounds.actions.deals.telling import need_open
from rounds.actions.flow import events
from rounds.actions.flow.deeds import deed
from rounds.actions.numbers.quarters import need_unlocked
from rounds.actions.trust import audit, phi
from rounds.kit.actor import Actor
from rounds.kit.refusal import Refusal
from rounds.models import ForecastCall, Opportunity, User
from rounds.models.base import signature
from rounds.models.flow.active import active
from rounds.rules.pipeline.amounts import MOST_CENTS
from rounds.rules.pipeline.quarters import Quarter


class CallRefused(Refusal):
    """A call is an amount of dollars, nothing or more."""

    status = 422


@phi.texts("reason")
def call(owner: User, quarter: Quarter, cents: int | None, *, by: Actor, at: datetime, best_cents: int | None = None, reason: str = "") -> ForecastCall:
    """Say what `owner` calls for a quarter, won deals included, and what it may be at best; None takes the call back.

    Effects: ForecastCall, forecast.called, an audit entry. Raises CallRefused (422), QuarterLocked (409).
    """
    if best_cents is not None and cents is not None and best_cents < cents:
        raise CallRefused("The best case is not below the call.", field="best")
    return _kept("call", owner, quarter, cents, best_cents, reason, by=by, at=at)


@phi.texts("reason", needed=("reason",))
def override(owner: User, quarter: Quarter, cents: int | None, *, by: Actor, at: datetime, reason: str) -> ForecastCall:
    """Hold another number against what `owner` calls, and say why; the call stays beside it. None takes it back.

    Effects: ForecastCall, forecast.overridden, an audit entry. Raises CallRefused (422), QuarterLocked (409).
    """
    return _kept("override", owner, quarter, cents, None, reason, by=by, at=at)


def _kept(kind: str, owner: User, quarter: Quarter, cents: int | None, best: int | None, reason: str, *, by: Actor, at: datetime) -> ForecastCall:
    for amount, field in ((cents, "amount"), (best, "best")):
        if amount is not None and not 0 <= amount <= MOST_CENTS:
            raise CallRefused("A call is an amount of dollars, nothing or more.", field=field)
    if kind == "override" and not reason.strip():
        raise CallRefused("Say why you hold another number against the call.", field="reason")
    with deed(by):
        need_unlocked(quarter)
        row = ForecastCall.objects.create(kind=kind, owner=owner, team_id=owner.team_id, starts_on=quarter.first, ends_on=quarter.last, cents=cents,
                                          best_cents=best, reason=reason.strip()[:500], **signature(by, at))  # fmt: skip
        said = {"owner": str(owner.id), "owner_name": owner.name, "quarter": quarter.code, "cents": cents, "best_cents": best, "reason": row.reason}
        events.record("forecast.called" if kind == "call" else "forecast.overridden", said, by=by, at=at, subject=row.id)
        audit.note(f"forecast.{kind}", by=by, at=at, kind="forecastcall", subject=row.id, detail={name: said[name] for name in ("owner", "quarter", "cents")})
    return row


@phi.texts("reason", needed=("reason",))
def judge(deal: Opportunity, quarter: Quarter, category: str, *, by: Actor, at: datetime, reason: str, cents: int | None = None) -> ForecastCall:
    """Count a deal in another category, or with another amount, than its owner says, and say why; "" takes that back. The deal
    itself stays as its owner has it.

    Effects: ForecastCall, forecast.judged on the deal, an audit entry. Raises CallRefused (422), DealClosed, QuarterLocked (409).
    """
    known = {one.category: one.title for one in active().playbook.closing.forecast.categories if not one.closed}
    if category and category not in known:
        raise CallRefused(f"A forecast category is one of: {', '.join(known)}.", field="category")
    if cents is not None and not 0 <= cents <= MOST_CENTS:
        raise CallRefused("An amount is nothing or more.", field="amount")
    if not reason.strip():
        raise CallRefused("Say why you see it otherwise.", field="reason")
    need_open(deal)
    with deed(by):
        need_unlocked(quarter)
        row = ForecastCall.objects.create(kind="override", opportunity=deal, owner_id=deal.owner_id, team_id=deal.team_id, territory=deal.territory, buying_unit_id=deal.buying_unit_id,
                                          starts_on=quarter.first, ends_on=quarter.last, category=category, cents=cents if category else None,
                                          reason=reason.strip()[:500], **signature(by, at))  # fmt: skip
        said = {"quarter": quarter.code, "own": deal.forecast_category, "category": category, "cents": row.cents, "reason": row.reason}
        events.record("forecast.judged", said, by=by, at=at, account=deal.account_id, opportunity=deal.id, subject=row.id)
        audit.note("forecast.judge", by=by, at=at, kind="opportunity", subject=deal.id, detail={"quarter": quarter.code, "category": category})
    return row
