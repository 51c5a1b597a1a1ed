"""Meetings: booked, moved, called off, held, or nobody came (AUTO-13, INTEG-14). Nobody of ours is ever booked twice at once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

from rounds.actions.desk import tasks
from rounds.actions.flow import events
from rounds.actions.flow.deeds import deed
from rounds.actions.reach import hosts, meeting_mails, rooms
from rounds.actions.reach.meeting_links import digest_of
from rounds.actions.trust import audit, phi
from rounds.kit.actor import Actor
from rounds.kit.clock import sayable
from rounds.kit.ids import new_id
from rounds.kit.mails import is_mail
from rounds.kit.refusal import Refusal
from rounds.models import Account, BookingPage, Contact, Lead, Meeting, Opportunity, Task, User
from rounds.models.base import signature
from rounds.models.desk.tasks import OPEN
from rounds.models.flow.active import active
from rounds.rules.calendar import zone_of
from rounds.rules.reach import slots

OTHERS = 3
"""Times that are named where the one that was chosen is gone."""


class MeetingRefused(Refusal):
    """A meeting that cannot be booked like this."""

    status = 422


class TimeTaken(Refusal):
    """They are not free then any more."""

    field = "starts_at"


class MeetingOver(Refusal):
    """This meeting is not planned any more: it was held, called off, or nobody came."""


@dataclass(frozen=True, slots=True)
class About:
    """Who is met, and what it is about: at least one of lead, deal and account."""

    name: str
    email: str
    lead: Lead | None = None
    opportunity: Opportunity | None = None
    account: Account | None = None
    contact: Contact | None = None

    @property
    def place(self) -> Lead | Opportunity | Account | None:
        return self.opportunity or self.lead or self.account

    @property
    def whose(self) -> str:
        """What the title of the meeting says: the organisation."""
        account = self.account or (self.opportunity.account if self.opportunity else self.lead.account if self.lead else None)
        return account.name if account else self.lead.organization or self.name if self.lead else self.name


@phi.texts("note", "place", written="at")
def book(kind: str, about: About, *, host: User, starts_at: datetime, zone: str = "", platform: str = "", place: str = "", note: str = "",
         page: BookingPage | None = None, by: Actor, at: datetime) -> Meeting:  # fmt: skip
    """Book a meeting with `host`. A guest takes a time that is offered; one of ours any time at which the host is free.

    Effects: Meeting, meeting.booked, an audit entry, the invitation to both by mail. Two who want one time: the second is
    told which are left. Raises MeetingRefused, PlatformRefused (422), TimeTaken (409).
    """
    book_, said = active().playbook, active().playbook.meetings.kinds.get(kind)
    if said is None:
        raise MeetingRefused(f"There is no meeting of the kind “{kind[:40]}”; use one of: {', '.join(book_.meetings.kinds)}.", field="kind")
    if about.place is None:
        raise MeetingRefused("Say which lead, deal or account it is about.", field="lead")
    if not host.is_active:
        raise MeetingRefused(f"{host.name} works here no longer; choose somebody else.", field="host")
    if about.email and not is_mail(about.email):
        raise MeetingRefused("That is no e-mail address; write it like name@hospital.example.", field="email")
    chosen = rooms.room(platform, kind, host, at=at)
    zone, ends = _zone(zone, about), starts_at + timedelta(minutes=said.minutes)
    with deed(by):
        _need_time(host, kind, starts_at, ends, zone, guest=page is not None, at=at)
        key = new_id()
        row = Meeting.objects.create(
            id=key, kind=kind, title=f"{said.title}, {about.whose}"[:300], starts_at=starts_at, ends_at=ends, zone=zone, host=host, page=page,
            account=about.account or (about.opportunity.account if about.opportunity else about.lead.account if about.lead else None),
            lead=about.lead, opportunity=about.opportunity, contact=about.contact, guest_name=about.name[:200], guest_email=about.email,
            platform=platform, place=(chosen.link if chosen and not place else place).strip()[:500], note=note.strip()[:4000],
            uid=f"{key}@rounds", digest=digest_of(key), **signature(by, at))  # fmt: skip
        told = {"kind": kind, "starts_at": starts_at.isoformat(), "minutes": said.minutes, "how": _how(page), "host": str(host.id)}
        tell("meeting.booked", row, told, by=by, at=at)
        audit.note("meeting.book", by=by, at=at, kind="meeting", subject=row.id, detail={"kind": kind})
        meeting_mails.booked(row, by=by, at=at)
    return row


def move(row: Meeting, starts_at: datetime, *, guest: bool = False, by: Actor, at: datetime) -> Meeting:
    """Hold it at another time. `guest`: by the link of the invitation, to a time that is offered. The same time changes nothing.

    Effects: its time, how often it was moved, meeting.moved, an audit entry, a new invitation in place of the old one.
    Raises MeetingOver, TimeTaken (409), MeetingRefused (422).
    """
    with deed(by):
        row = planned(row)
        if row.starts_at == starts_at:
            return row
        before, length = row.starts_at, row.ends_at - row.starts_at
        if row.host is not None:
            _need_time(row.host, row.kind, starts_at, starts_at + length, row.zone, guest=guest, at=at, but=row)
        else:
            _need_reachable(starts_at, at)
        row.starts_at, row.ends_at, row.moved, row.sequence = starts_at, starts_at + length, row.moved + 1, row.sequence + 1
        row.save(update_fields=["starts_at", "ends_at", "moved", "sequence"])
        told = {"kind": row.kind, "before": before.isoformat(), "after": starts_at.isoformat(), "moved": row.moved, "how": "page" if guest else "house"}
        tell("meeting.moved", row, told, by=by, at=at)
        audit.note("meeting.move", by=by, at=at, kind="meeting", subject=row.id)
        meeting_mails.moved(row, by=by, at=at)
    return row


@phi.texts("why")
def cancel(row: Meeting, *, why: str = "", guest: bool = False, by: Actor, at: datetime) -> Meeting:
    """Call it off; one of ours says why. Effects: its state, meeting.cancelled, an audit entry, mail to both that takes it
    out of their calendars. Raises MeetingRefused (422) without a reason, MeetingOver (409)."""
    if not guest and not why.strip():
        raise MeetingRefused("Say why it is called off.", field="why")
    with deed(by):
        row = settled(planned(row), "cancelled", why, at, sequence=1)
        told = {"kind": row.kind, "starts_at": row.starts_at.isoformat(), "how": "page" if guest else "house"}
        tell("meeting.cancelled", row, told, by=by, at=at)
        audit.note("meeting.cancel", by=by, at=at, kind="meeting", subject=row.id)
        meeting_mails.cancelled(row, by=by, at=at)
        if guest:
            find_a_new_day(row, "They called it off", by=by, at=at)
    return row


def planned(row: Meeting) -> Meeting:
    """The row, locked, while it is planned. Raises MeetingOver (409)."""
    found = Meeting.objects.select_for_update(of=("self",)).select_related("host", "lead__account", "opportunity__account", "account", "contact").get(pk=row.pk)
    if found.state != "planned":
        raise MeetingOver
    return found


def settled(row: Meeting, state: str, why: str, at: datetime, *, sequence: int = 0) -> Meeting:
    row.state, row.state_at, row.state_why, row.sequence = state, at, why.strip()[:500], row.sequence + sequence
    row.save(update_fields=["state", "state_at", "state_why", "sequence"])
    return row


def find_a_new_day(row: Meeting, why: str, *, by: Actor, at: datetime) -> None:
    """Somebody asks for another day. Effects: those of tasks.add."""
    host = row.host if row.host is not None and row.host.is_active else None
    tasks.add(f"Find a new day: {row.title}"[:300], kind="call", owner=host, lead=row.lead, account=None if row.lead else row.account,
              contact=row.contact, opportunity=row.opportunity, note=why, priority="high", due_at=at + timedelta(days=1),
              key=f"meeting:{row.id}:rebook", automation="meeting", by=by, at=at)  # fmt: skip


def found_a_new_day(row: Meeting, *, by: Actor, at: datetime) -> None:
    """The task to find a new day is done. Effects: those of tasks.complete."""
    for task in Task.objects.filter(OPEN, key=f"meeting:{row.id}:rebook"):
        tasks.complete(task, outcome="They chose another time", by=by, at=at)


def _need_time(host: User, kind: str, starts: datetime, ends: datetime, zone: str, *, guest: bool, at: datetime, but: Meeting | None = None) -> None:
    """Raises TimeTaken (409) naming other times. The host is held until the transaction ends: of two who come at once
    the second finds the first one's meeting."""
    _need_reachable(starts, at)
    User.objects.select_for_update(of=("self",), no_key=True).get(pk=host.pk)
    book = active().playbook
    found = hosts.host_of(host, at, but=but, until=ends + timedelta(days=1))
    minutes = book.meetings.kinds[kind].minutes if kind in book.meetings.kinds else (ends - starts) // timedelta(minutes=1)
    free = slots.is_offered(book.meetings, book.calendar, found, minutes, at, starts) if guest else not slots.clashes(found, starts, ends)
    if not free:
        others = [f"{one.starts.astimezone(ZoneInfo(zone)):%A %-d %B, %H:%M}" for one in hosts.times(host, kind, at=at, but=but, most=OTHERS)]
        left = f" Free are {'; '.join(others)}." if others else " Nothing else is free in these weeks."
        raise TimeTaken(f"{host.name} is not free then.{left}")


def _need_reachable(starts: datetime, at: datetime) -> None:
    if not sayable(starts) or starts < at:
        raise MeetingRefused("That moment has passed; choose a later one.", field="starts_at")


def _zone(said: str, about: About) -> str:
    """The guest's clock: as they say it, else as the playbook knows their state."""
    if said and said not in available_timezones():
        raise MeetingRefused(f"“{said[:40]}” is no time zone; write one such as America/Chicago.", field="zone")
    place = about.lead or about.account or (about.opportunity.account if about.opportunity else None)
    return said or str(zone_of(active().playbook.calendar, state=place.state if place else "", territory=place.territory if place else ""))


def _how(page: BookingPage | None) -> str:
    return "page" if page is not None else "house"


def tell(kind: str, row: Meeting, said: dict, *, by: Actor, at: datetime) -> None:
    events.record(kind, said, by=by, at=at, account=row.account_id, lead=row.lead_id, opportunity=row.opportunity_id, subject=row.id)
