"""A quarter that is over is locked: what was called, held and won stays as it stood, and accuracy is read from it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from rounds.actions.flow import events
from rounds.actions.flow.deeds import deed
from rounds.actions.trust import audit
from rounds.kit.actor import Actor
from rounds.kit.refusal import Refusal
from rounds.models import ForecastCall, ForecastLock, ForecastResult, Opportunity, Quota, User
from rounds.models.base import signature
from rounds.models.flow.active import active
from rounds.models.numbers.history import children, today
from rounds.playbook import Playbook
from rounds.rules.pipeline.amounts import counted
from rounds.rules.pipeline.quarters import Quarter, around, quarter_of

DAY = timedelta(days=1)
BACK = 8
"""Quarters that are looked back for one that was forgotten."""


class NotOver(Refusal):
    """A quarter is locked after it is over."""


def lock(quarter: Quarter, *, by: Actor, at: datetime) -> ForecastLock:
    """Lock a quarter that is over. Run with whole sight. Effects: ForecastLock, a ForecastResult for each person who had a
    quota, a call or a win, forecast.locked, an audit entry; one that is locked stays as it is. Raises NotOver (409)."""
    book = active().playbook
    if quarter.last >= today(book, at):
        raise NotOver(f"{quarter.name} ends on {quarter.last:%-d %B %Y}; lock it after that.")
    with deed(by):
        row, new = ForecastLock.objects.get_or_create(starts_on=quarter.first, defaults={"ends_on": quarter.last, "code": quarter.code, **signature(by, at)})
        if not new:
            return row
        results = _results(row, quarter, book, by=by, at=at)
        ForecastResult.objects.bulk_create(results)
        said = {"quarter": quarter.code, "people": len(results), "won_cents": sum(one.won_cents for one in results)}
        events.record("forecast.locked", said, by=by, at=at, subject=row.id)
        audit.note("forecast.lock", by=by, at=at, kind="forecastlock", subject=row.id, detail=said)
    return row


def lock_due(*, by: Actor, at: datetime) -> int:
    """Lock the quarters that have been over for as long as the playbook says and that somebody called something in; how many."""
    book = active().playbook
    day, starts = today(book, at), book.signing_path.quarters.starts
    done = 0
    for quarter in around(quarter_of(day, starts), BACK, 0, starts):
        due = quarter.last + (book.forecast.lock.after_days + 1) * DAY <= day
        if due and ForecastCall.objects.filter(starts_on=quarter.first).exists() and not ForecastLock.objects.filter(starts_on=quarter.first).exists():
            lock(quarter, by=by, at=at)
            done += 1
    return done


def _results(row: ForecastLock, quarter: Quarter, book: Playbook, *, by: Actor, at: datetime) -> list[ForecastResult]:
    calls = list(ForecastCall.objects.filter(starts_on=quarter.first, opportunity=None).order_by("at", "id"))
    quotas = {one.owner_id: one.cents for one in Quota.objects.filter(starts_on=quarter.first, ends_on=quarter.last, ended_at=None)}
    won = _won(quarter, book)
    start, middle, end = moments(quarter, book)
    people = User.objects.in_bulk({*quotas, *won, *(one.owner_id for one in calls)} - {None})
    found = []
    for owner in sorted(people.values(), key=lambda one: (one.name, one.pk)):
        own = [one for one in calls if one.owner_id == owner.pk]
        found.append(ForecastResult(
            lock=row, owner=owner, team_id=owner.team_id, starts_on=quarter.first, code=quarter.code, quota_cents=quotas.get(owner.pk),
            start_cents=said_by(own, "call", start), middle_cents=said_by(own, "call", middle), end_cents=said_by(own, "call", end),
            override_cents=said_by(own, "override", end), won_cents=won.get(owner.pk, 0), **signature(by, at),
        ))  # fmt: skip
    return found


def moments(quarter: Quarter, book: Playbook) -> tuple[datetime, datetime, datetime]:
    """Until when something said counts as said at the start, by the middle, by the end of a quarter."""
    days = (quarter.first + book.forecast.calls.start_days * DAY, quarter.first + (quarter.after - quarter.first) / 2, quarter.after)
    first, second, third = (_midnight(day, book) for day in days)
    return first, second, third


def said_by(calls: Iterable[ForecastCall], kind: str, until: datetime) -> int | None:
    """The last number of a kind before a moment, of calls in the order they were said; None where nobody said one, or took it back."""
    said = [one.cents for one in calls if one.kind == kind and one.at < until]
    return said[-1] if said else None


def _won(quarter: Quarter, book: Playbook) -> dict[UUID | None, int]:
    """Owner → what they won, parent and child counted once."""
    below = children(book)
    rows = Opportunity.objects.filter(stage=book.stages.ending("won"), closed_at__gte=_midnight(quarter.first, book), closed_at__lt=_midnight(quarter.after, book))
    found: dict[UUID | None, int] = {}
    for key, owner, cents in rows.values_list("id", "owner_id", "amount_company_cents"):
        found[owner] = found.get(owner, 0) + counted(cents, below.get(key, ()))
    return found


def _midnight(day: date, book: Playbook) -> datetime:
    return datetime.combine(day, time(), tzinfo=ZoneInfo(book.calendar.zones.house))
