"""When somebody of ours can be met: read from their hours, absences, calendars, meetings and demonstrations (AUTO-13)."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Q

from rounds.access.sight import whole_sight
from rounds.models import Absence, Busy, Demo, Meeting, User
from rounds.models.flow.active import active
from rounds.rules.reach import slots
from rounds.rules.reach.slots import Host, Slot, Stretch

DAY = timedelta(days=1)


def host_of(user: User, at: datetime, *, but: Meeting | None = None, until: datetime | None = None) -> Host:
    """What `user` does from now on, whoever asks; `but` is a meeting that is about to be moved and is in nobody's way."""
    end = until or at + DAY * (active().playbook.meetings.ahead_days + 1)
    with whole_sight(user):
        busy = Busy.objects.filter(user=user, starts_at__lt=end, ends_at__gt=at).values_list("starts_at", "ends_at")
        rows = Meeting.objects.filter(host=user, state="planned", starts_at__lt=end, ends_at__gt=at - DAY)
        if but is not None:
            rows = rows.exclude(pk=but.pk)
            busy = busy.exclude(starts_at=but.starts_at, ends_at=but.ends_at)  # its own copy in the calendar
        demos = Demo.objects.filter(presenter=user, state="planned", starts_at__lt=end, starts_at__gt=at - DAY)
        taken = [Stretch(starts, ends) for starts, ends in busy]
        taken += [Stretch(starts, ends, counts=True) for starts, ends in rows.values_list("starts_at", "ends_at")]
        taken += [Stretch(starts, starts + timedelta(minutes=minutes), counts=True) for starts, minutes in demos.values_list("starts_at", "minutes")]
        away = Absence.objects.filter(Q(user=user, withdrawn_at=None, last_day__gte=(at - DAY).date())).values_list("first_day", "last_day")
        return Host(ZoneInfo(user.time_zone), tuple(taken), tuple(away))


def times(user: User, kind: str, *, at: datetime, since: datetime | None = None, but: Meeting | None = None, most: int | None = None) -> list[Slot]:
    """The next times at which `user` can be met for a meeting of this kind. Nothing is written."""
    book = active().playbook
    return slots.offered(book.meetings, book.calendar, host_of(user, at, but=but), book.meetings.kinds[kind].minutes, at, since=since, most=most)
