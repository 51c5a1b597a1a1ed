"""What the two people of a meeting are told by mail: the invitation, that it was moved or called off, a reminder (AUTO-13)."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings

from rounds.actions.flow import deliveries
from rounds.actions.links.webhooks import outside
from rounds.actions.reach.meeting_links import own_link
from rounds.documents.invitations import Invitation, Method, ics
from rounds.documents.messages import Button, Message
from rounds.kit.actor import Actor
from rounds.kit.mails import is_mail
from rounds.models import Delivery, Meeting
from rounds.models.flow.active import active
from rounds.rules.calendar import zone_of


def booked(row: Meeting, *, by: Actor, at: datetime) -> None:
    """Both are invited. Effects: Delivery, for each."""
    _both(row, "booked", f"{row.title}: {{when}}", "It is booked for {when}.", "REQUEST", by=by, at=at)


def moved(row: Meeting, *, by: Actor, at: datetime) -> None:
    """Both are told the new time. Effects: Delivery, for each."""
    _both(row, "moved", f"Moved: {row.title}: {{when}}", "It was moved to {when}.", "REQUEST", by=by, at=at)


def cancelled(row: Meeting, *, by: Actor, at: datetime) -> None:
    """Both are told that it is off. Effects: Delivery, for each."""
    _both(row, "cancelled", f"Called off: {row.title}: {{when}}", "It was to be {when}, and is called off.", "CANCEL", by=by, at=at)


def missed(row: Meeting, *, by: Actor, at: datetime) -> None:
    """Who did not come is offered another time. Effects: Delivery."""
    if is_mail(row.guest_email):
        lines = (f"We missed you {_when(row, row.zone)}. That happens: choose another time, and we will be there.",)
        _post(row, row.guest_email, "no_show", Message(
            subject=f"Another time? {row.title}", greeting=f"Hello {row.guest_name}", lines=lines, buttons=(Button("Choose another time", own_link(row)),),
            why=_why(row), event="meeting.no_show", reply_to=row.host.email if row.host else ""), by=by, at=at)  # fmt: skip


def remind(row: Meeting, hours: int, *, by: Actor, at: datetime) -> int:
    """Both are reminded, once for each time it stands at; how many mails. Effects: Delivery."""
    subject, line = f"Reminder: {row.title}: {{when}}", "It is on {when}."
    return _both(row, f"remind:{hours}", subject, line, None, by=by, at=at, event="meeting.reminder")


def reminded(rows: list[Meeting], hours: tuple[int, ...]) -> set[str]:
    """The keys of the reminders that were posted for these meetings. One query."""
    keys = [_key(row, f"remind:{one}", side) for row in rows for one in hours for side in ("guest", "host")]
    return set(Delivery.objects.filter(idempotency_key__in=keys).values_list("idempotency_key", flat=True))


def key_of_reminder(row: Meeting, hours: int) -> str:
    """The key of the reminder that is always posted: the host's, else the guest's."""
    return _key(row, f"remind:{hours}", "host" if row.host is not None else "guest")


def invitation(row: Meeting, *, at: datetime) -> Invitation:
    """The meeting as a calendar reads it."""
    host = (row.host.name, row.host.email) if row.host else (settings.CONFIG.company, settings.CONFIG.smtp_from)
    guest = (row.guest_name, row.guest_email) if is_mail(row.guest_email) else None
    return Invitation(uid=row.uid, sequence=row.sequence, starts=row.starts_at, ends=row.ends_at, title=row.title, organizer=host, guest=guest, stamp=at,
                      place=row.place, text=f"Move it or call it off: {own_link(row)}", cancelled=row.state == "cancelled")  # fmt: skip


def _both(row: Meeting, what: str, subject: str, line: str, method: Method | None, *, by: Actor, at: datetime, event: str = "") -> int:
    """The guest's mail and the host's, each with their own clock; how many."""
    count, event = 0, event or f"meeting.{what}"
    said = invitation(row, at=at)
    where = (f"Where: {row.place}",) if row.place and what != "cancelled" else ()
    if is_mail(row.guest_email):
        when = _when(row, row.zone)
        button = Button("Choose another time" if what == "cancelled" else "Move it or call it off", own_link(row))
        _post(row, row.guest_email, what, Message(
            subject=subject.format(when=when), greeting=f"Hello {row.guest_name}", lines=(line.format(when=when), *where), buttons=(button,), why=_why(row), event=event,
            reply_to=row.host.email if row.host else "", invite=ics(said, method) if method else "", method=method or ""), by=by, at=at)  # fmt: skip
        count += 1
    if row.host is not None and row.host.is_active:
        when = _when(row, row.host.time_zone)
        who = f"With {row.guest_name}." if row.guest_name else ""
        own: Method | None = None if method is None else "CANCEL" if method == "CANCEL" else "PUBLISH"
        _post(row, row.host.email, what, Message(
            subject=subject.format(when=when), greeting=f"Hello {row.host.name}", lines=tuple(filter(None, (line.format(when=when), who, *where))),
            buttons=(Button("Open the meeting", outside(f"/meetings/{row.id}/")),), why="You are the host of this meeting.", event=event,
            invite=ics(said, own) if own else "", method=own or ""), host=True, by=by, at=at)  # fmt: skip
        count += 1
    return count


def _post(row: Meeting, to: str, what: str, message: Message, *, host: bool = False, by: Actor, at: datetime) -> None:
    late = row.starts_at if what.startswith("remind") else None
    deliveries.post("email", to, message, key=_key(row, what, "host" if host else "guest"), about=message.event, lead=row.lead_id,
                    user=row.host if host else None, expires_at=late, by=by, at=at)  # fmt: skip


def _key(row: Meeting, what: str, side: str) -> str:
    return f"meeting:{row.id}:{row.sequence}:{what}:{side}"


def _when(row: Meeting, zone: str) -> str:
    local = row.starts_at.astimezone(ZoneInfo(zone) if zone else zone_of(active().playbook.calendar))
    return f"{local:%A, %-d %B %Y, %H:%M} ({local.tzname()!s})"


def _why(row: Meeting) -> str:
    return f"You are meeting {row.host.name} of {settings.CONFIG.company}." if row.host else f"You are meeting {settings.CONFIG.company}."


def due(rows: list[Meeting], hours: tuple[int, ...], at: datetime) -> list[tuple[Meeting, int]]:
    """Which reminders are due now: of several that are, the nearest; none of a meeting that was booked later than that."""
    found = []
    for row in rows:
        passed = [one for one in hours if row.starts_at - timedelta(hours=one) <= at < row.starts_at and row.at < row.starts_at - timedelta(hours=one)]
        found += [(row, min(passed))] if passed else []
    return found
