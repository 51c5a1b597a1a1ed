"""The chore behind calendars: read when people are busy, write what was booked. One that fails stops no other."""

from __future__ import annotations

import logging

from django.conf import settings

from rounds.access.sight import system_sight
from rounds.actions.flow import kill_switch, outward
from rounds.actions.reach import calendars, meeting_mails
from rounds.connectors.calendars import caldav
from rounds.documents.invitations import stored
from rounds.kit.actor import SYSTEM_ACTOR
from rounds.kit.clock import now
from rounds.kit.refusal import Refusal
from rounds.models import Calendar

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
        there = caldav.Collection(row.address, row.settings.get("login", ""), row.secret, tuple(settings.OUTBOUND_ALLOW))
        found = caldav.busy(there, *calendars.window(at))
        with system_sight():
            calendars.keep(row, found, by=SYSTEM_ACTOR, at=at)
        _write(row, there)
    except Refusal as refusal:
        with system_sight():
            calendars.failed(row, str(refusal), at=at)
    except Exception as fault:
        log.error("Calendar %s broke: %s", row.id, type(fault).__name__)
        with system_sight():
            calendars.failed(row, f"It could not be read ({type(fault).__name__}).", at=at)


def _write(row: Calendar, there: caldav.Collection) -> None:
    with system_sight():
        rows = [(one, stored(meeting_mails.invitation(one, at=now()))) for one in calendars.to_write(row, now())]
    for meeting, text in rows:
        if meeting.state == "cancelled":
            caldav.remove(there, meeting.uid)
        else:
            caldav.put(there, meeting.uid, text)
        with system_sight():
            calendars.wrote(row, meeting)
