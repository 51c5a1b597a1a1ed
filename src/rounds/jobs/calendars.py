"""The chore behind calendars: read when people are busy, write what was booked. One that fails stops no other."""

from __future__ import annotations

import logging

from django.conf import settings

from rounds.access.sight import system_sight
from rounds.actions.flow import kill_switch, outward
from rounds.actions.reach import calendars, meeting_mails
from rounds.connectors.calendars import caldav
from rounds.connectors.calendars.diary import Diary, Entry
from rounds.documents.invitations import stored
from rounds.jobs import mailbox_providers
from rounds.kit.actor import SYSTEM_ACTOR
from rounds.kit.clock import now
from rounds.kit.refusal import Refusal
from rounds.models import Calendar, Meeting

BAD_INPUT = 422
"""The status of what a person must mend: a log-in that is refused, a calendar that was not agreed to, one that is not there."""
log = logging.getLogger("rounds.worker")


def look() -> int:
    """Read what is due, then write what is booked; how many calendars. Nothing while nothing may leave."""
    if kill_switch.is_held() or not outward.may_speak():
        return 0
    with system_sight():
        rows = calendars.due(now())
    for row in rows:
        _one(row)
    return len(rows)


def _one(row: Calendar) -> None:
    """The conversation runs outside of a transaction; what came of it is kept in its own."""
    at = now()
    try:
        there = opened(row)
        found = there.busy(*calendars.window(at))
        with system_sight():
            calendars.keep(row, found, by=SYSTEM_ACTOR, at=at)
        _write(row, there)
    except Refusal as refusal:
        with system_sight():
            calendars.failed(row, str(refusal), lasting=refusal.status == BAD_INPUT, by=SYSTEM_ACTOR, at=at)
    except Exception as fault:
        log.error("Calendar %s broke: %s", row.id, type(fault).__name__)
        with system_sight():
            calendars.failed(row, f"It could not be read ({type(fault).__name__}).", by=SYSTEM_ACTOR, at=at)


def opened(row: Calendar) -> Diary:
    """A calendar, opened as its kind asks: by its own password, or by the word a person gave for their mailbox. Raises a Refusal."""
    if row.kind == "caldav":
        return caldav.DavDiary(caldav.Collection(row.address, row.settings.get("login", ""), row.secret, tuple(settings.OUTBOUND_ALLOW)))
    with system_sight():
        box = calendars.mailbox_of(row)
    return mailbox_providers.diary(box, row.user.time_zone)


def _write(row: Calendar, there: Diary) -> None:
    with system_sight():
        rows = [(one, _entry(one)) for one in calendars.to_write(row, now())]
    for meeting, entry in rows:
        if meeting.state == "cancelled":
            there.remove(entry)
        else:
            there.put(entry)
        with system_sight():
            calendars.wrote(row, meeting)


def _entry(meeting: Meeting) -> Entry:
    said = meeting_mails.invitation(meeting, at=now())
    return Entry(key=meeting.id, uid=meeting.uid, starts=said.starts, ends=said.ends, title=said.title, place=said.place, text=said.text, ics=stored(said))
