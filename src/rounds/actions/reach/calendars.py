"""Calendars somebody connected: their own alone, read for when they are busy and for nothing else (INTEG-14)."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from rounds.actions.desk import notifications
from rounds.actions.flow.deeds import deed
from rounds.actions.reach.trying import breaks, next_look
from rounds.actions.trust import audit
from rounds.kit.actor import Actor
from rounds.kit.refusal import Refusal
from rounds.models import Busy, Calendar, Mailbox, Meeting, User
from rounds.models.base import signature
from rounds.models.flow.active import active

EVERY = timedelta(minutes=5)
"""How often a calendar is read."""
SAID = 300
NOTICE = "calendar.broken"
PASSES = "Rounds goes on trying by itself; until then times are offered by what was read last."
MEND = {"caldav": "End it in Rounds and connect it again, with the address and the password as they are now.",
        "provider": "Open its mailbox in Rounds, log in there again and agree to the calendar."}  # fmt: skip
"""What its owner does about a calendar that broke."""
OF_MAILBOXES = {"graph": "graph", "gmail": "google"}
"""The kind of calendar beside each kind of mailbox that has one."""


class CalendarRefused(Refusal):
    """A calendar that cannot be connected like this."""

    status = 422


def connect(user: User, *, address: str, login: str, secret: str, by: Actor, at: datetime) -> Calendar:
    """Keep a calendar of `user` with its password, sealed; it is read at the next look.

    Effects: Calendar, an audit entry. Raises CalendarRefused (422).
    """
    address = address.strip()
    if not address.startswith(("https://", "http://")):
        raise CalendarRefused("Give the address of the calendar, such as https://dav.example/ann/work/.", field="address")
    if not login.strip() or not secret:
        raise CalendarRefused("Give the name and the password (an app password where there is one).", field="secret")
    with deed(by):
        if Calendar.objects.filter(user=user, address=address).exclude(state="ended").exists():
            raise CalendarRefused("This calendar is connected already.", field="address")
        row = Calendar.objects.create(user=user, kind="caldav", address=address[:500], settings={"login": login.strip()[:200]}, secret=secret, **signature(by, at))
        audit.note("calendar.connect", by=by, at=at, kind="calendar", subject=row.id, detail={"kind": "caldav"})
    return row


def connect_mailbox(box: Mailbox, *, by: Actor, at: datetime) -> Calendar:
    """Use the calendar beside a mailbox at a provider, opened by the same word; one that is used already is answered.

    Effects: Calendar, an audit entry. Raises CalendarRefused (422).
    """
    if box.kind not in OF_MAILBOXES or box.state == "ended":
        raise CalendarRefused("Only a mailbox of Microsoft 365 or Gmail has a calendar beside it.", field="mailbox")
    with deed(by):
        User.objects.select_for_update(of=("self",), no_key=True).get(pk=box.user_id)
        there = beside(box).first()
        if there is not None:
            return there
        kind = OF_MAILBOXES[box.kind]
        row = Calendar.objects.create(user_id=box.user_id, kind=kind, address=box.address, settings={"mailbox": str(box.pk)}, **signature(by, at))
        audit.note("calendar.connect", by=by, at=at, kind="calendar", subject=row.id, detail={"kind": kind})
    return row


def beside(box: Mailbox) -> QuerySet[Calendar]:
    """The calendars that are read by the word given for this mailbox."""
    return Calendar.objects.filter(user_id=box.user_id, kind__in=OF_MAILBOXES.values(), settings__mailbox=str(box.pk)).exclude(state="ended")


def mailbox_of(row: Calendar) -> Mailbox:
    """The mailbox by whose word a calendar opens. Raises CalendarRefused where it was taken away."""
    box = Mailbox.objects.filter(pk=row.settings.get("mailbox"), user_id=row.user_id).exclude(state="ended").first()
    if box is None:
        raise CalendarRefused("The mailbox beside it was taken away. Connect it again.")
    return box


def end(row: Calendar, *, by: Actor, at: datetime) -> Calendar:
    """Read it no more; the password and what was read of it go. Effects: the row, Busy, an audit entry. Twice changes nothing."""
    with deed(by):
        row = Calendar.objects.select_for_update(of=("self",)).select_related("user").get(pk=row.pk)
        if row.state != "ended":
            row.state, row.secret, row.said = "ended", "", ""
            row.save(update_fields=["state", "secret", "said"])
            notifications.settle(row.user, NOTICE, f"calendar:{row.pk}", at=at)
            Busy.objects.filter(calendar=row).delete()
            audit.note("calendar.end", by=by, at=at, kind="calendar", subject=row.id)
    return row


def own(user: User) -> QuerySet[Calendar]:
    """A person's own calendars, the oldest first; nobody else reads them."""
    return Calendar.objects.filter(user=user).order_by("at")


def due(at: datetime) -> list[Calendar]:
    """The calendars that are to be read now."""
    rows = Calendar.objects.filter(Q(state="working") | Q(state="broken", next_at__isnull=False), user__is_active=True).select_related("user").order_by("read_at")
    return [row for row in rows if (row.next_at <= at if row.next_at else row.read_at is None or row.read_at <= at - EVERY)]


def window(at: datetime) -> tuple[datetime, datetime]:
    """From when until when one is asked to be free."""
    return at - timedelta(days=1), at + timedelta(days=active().playbook.meetings.ahead_days + 1)


def keep(row: Calendar, found: Iterable[tuple[datetime, datetime]], *, by: Actor, at: datetime) -> int:
    """What was read takes the place of what was known; how many stretches. Effects: Busy, read_at; one that was broken works, and its
    notice is settled."""
    with deed(by):
        Busy.objects.filter(calendar=row).delete()
        rows = [Busy(user_id=row.user_id, calendar=row, uid=f"{ends:%Y%m%dT%H%M%SZ}", starts_at=starts, ends_at=ends) for starts, ends in dict.fromkeys(found)]
        Busy.objects.bulk_create(rows)
        Calendar.objects.filter(pk=row.pk).exclude(state="ended").update(state="working", said="", failed=0, next_at=None, read_at=at)
        if row.state == "broken":
            notifications.settle(row.user, NOTICE, f"calendar:{row.pk}", at=at)
    return len(rows)


def failed(row: Calendar, said: str, *, lasting: bool = False, by: Actor, at: datetime) -> None:
    """It could not be read, and why; what was known of it stays. It is tried again later and later; after so many times, or at once
    where `lasting`, it is broken: its owner is told, once, and it is tried on where the fault may pass.

    Effects: the row; where it broke a notice to its owner and an audit entry.
    """
    with deed(by):
        now = Calendar.objects.select_for_update(of=("self",)).select_related("user").get(pk=row.pk)
        if now.state == "ended":
            return
        now.failed, now.said = now.failed + 1, said[:SAID]
        now.next_at = next_look(now.failed, broken=now.state == "broken", lasting=lasting, at=at)
        if now.state == "working" and breaks(now.failed, lasting=lasting):
            now.state = "broken"
            audit.note("calendar.break", by=by, at=at, kind="calendar", subject=now.id)
            mend = MEND["caldav" if now.kind == "caldav" else "provider"] if lasting else PASSES
            notifications.notify([now.user], kind=NOTICE, title="A calendar of yours is not read any more", url="/meetings/calendars/",
                                 body=f"{now.address}: {now.said} {mend}", group=f"calendar:{now.pk}", by=by, at=at)  # fmt: skip
        now.save(update_fields=["failed", "said", "next_at", "state"])


def try_again(box: Mailbox, *, at: datetime) -> None:
    """The calendar beside a mailbox opens by the word that was just given anew. Effects: working, its notice settled."""
    for row in beside(box).filter(state="broken").select_related("user"):
        Calendar.objects.filter(pk=row.pk).update(state="working", said="", failed=0, next_at=at)
        notifications.settle(row.user, NOTICE, f"calendar:{row.pk}", at=at)


def to_write(row: Calendar, at: datetime) -> list[Meeting]:
    """The meetings to come of its owner that do not stand in it as they are now."""
    written = row.cursor.get("written", {})
    rows = Meeting.objects.filter(host_id=row.user_id, ends_at__gt=at).select_related("host").order_by("starts_at")[:500]
    return [one for one in rows if (one.state == "planned" or str(one.id) in written) and written.get(str(one.id)) != mark(one)]


def wrote(row: Calendar, meeting: Meeting) -> None:
    """It stands there as it is now. Effects: the cursor."""
    written = dict(row.cursor.get("written", {}))
    written[str(meeting.id)] = mark(meeting)
    row.cursor = {**row.cursor, "written": dict(list(written.items())[-1000:])}
    Calendar.objects.filter(pk=row.pk).update(cursor=row.cursor)


def mark(meeting: Meeting) -> str:
    """What of a meeting stands in a calendar."""
    return f"{meeting.state}:{meeting.sequence}"
