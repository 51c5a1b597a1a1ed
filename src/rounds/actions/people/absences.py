"""Absences and capacity: when somebody gets no leads, and how many they carry (ROUTE-08). Why is not asked."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from rounds.actions.flow.deeds import deed
from rounds.actions.trust import audit
from rounds.kit.actor import Actor
from rounds.kit.refusal import Refusal
from rounds.models import Absence, User
from rounds.models.base import signature

LONGEST = timedelta(days=400)


class AbsenceRefused(Refusal):
    """An absence that cannot be kept like this."""

    status = 422


class CapacityRefused(Refusal):
    """Give a whole number from 0 to 100,000, or leave it empty for what the playbook gives the role."""

    status = 422
    field = "capacity"


def go_away(user: User, first_day: date, last_day: date, *, by: Actor, at: datetime) -> Absence:
    """Say that `user` is away from `first_day` to `last_day`, both included, by their own calendar.

    Leads they have stay theirs; new ones pass them over. Effects: Absence, an audit entry. Raises AbsenceRefused (422).
    """
    if last_day < first_day:
        raise AbsenceRefused("The last day lies before the first; swap them.", field="last_day")
    if last_day < at.astimezone(ZoneInfo(user.time_zone)).date():
        raise AbsenceRefused("Those days are over; an absence is for days to come.", field="last_day")
    if last_day - first_day > LONGEST:
        raise AbsenceRefused("That is more than a year; hand the book over instead.", field="last_day")
    with deed(by):
        # The row of the person is held, so that two who say it at once do not both find nothing in the way.
        User.objects.select_for_update(of=("self",), no_key=True).get(pk=user.pk)
        there = Absence.objects.filter(user=user, withdrawn_at=None, first_day__lte=last_day, last_day__gte=first_day).first()
        if there is not None:
            raise AbsenceRefused(f"{user.name} is away from {there.first_day:%-d %b} to {there.last_day:%-d %b %Y} already; take"
                                 " that back first, or choose other days.", field="first_day")  # fmt: skip
        row = Absence.objects.create(user=user, first_day=first_day, last_day=last_day, **signature(by, at))
        audit.note("absence.add", by=by, at=at, kind="user", subject=user.id,
                   detail={"from": first_day.isoformat(), "to": last_day.isoformat()})  # fmt: skip
    return row


def withdraw(absence: Absence, *, by: Actor, at: datetime) -> Absence:
    """Take an absence back: they are here. Effects: withdrawn_at, an audit entry. The second time changes nothing."""
    with deed(by):
        if Absence.objects.filter(pk=absence.pk, withdrawn_at=None).update(withdrawn_at=at):
            audit.note("absence.withdraw", by=by, at=at, kind="user", subject=absence.user_id)
        absence.refresh_from_db()
    return absence


def set_capacity(user: User, capacity: int | None, *, by: Actor, at: datetime) -> User:
    """How much weight of open leads `user` carries; None is what the playbook gives their role, 0 no new leads at all.

    Effects: the row, an audit entry. Raises CapacityRefused (422).
    """
    if capacity is not None and not 0 <= capacity <= 100_000:
        raise CapacityRefused
    with deed(by):
        user = User.objects.select_for_update(of=("self",), no_key=True).get(pk=user.pk)
        if user.capacity != capacity:
            was, user.capacity = user.capacity, capacity
            user.save(update_fields=["capacity"])
            audit.note("user.capacity", by=by, at=at, kind="user", subject=user.id, detail={"before": was, "after": capacity})
    return user
