"""The first calendar of a Google account: busy stretches alone (freeBusy), meetings under an id of ours, so that one is never there twice."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from rounds.connectors.calendars.caldav import CalendarFailed, CalendarNotAgreed
from rounds.connectors.calendars.diary import Entry, utc
from rounds.connectors.mailboxes.oauth import Asking, read_json
from rounds.connectors.outbound import Answer

SHUT, MISSING, GONE = 403, 404, 410
AGREE = "Google does not let Rounds into this calendar. Connect the mailbox again, and agree to the calendar there."
QUIET = "?sendUpdates=none"
"""The invitation is ours: Google writes to nobody."""


class GoogleDiary:
    """The calendar of whoever the tokens are of. Raises MailboxFailed, CalendarFailed."""

    def __init__(self, asking: Asking) -> None:
        self.asking = asking
        self.api = f"{asking.provider.api}/calendar/v3"
        self.events = f"{self.api}/calendars/primary/events"

    def busy(self, since: datetime, until: datetime) -> list[tuple[datetime, datetime]]:
        said = {"timeMin": utc(since), "timeMax": utc(until), "items": [{"id": "primary"}]}
        answer = self.asking.send("POST", f"{self.api}/freeBusy", said, fine=(SHUT,))
        _need_open(answer)
        found = (read_json(answer, self.asking.provider).get("calendars") or {}).get("primary") or {}
        if found.get("errors"):
            raise CalendarFailed("Google could not say when this calendar is busy.")
        return sorted((_moment(one.get("start")), _moment(one.get("end"))) for one in found.get("busy") or [])

    def put(self, entry: Entry) -> None:
        said = {
            "summary": entry.title, "location": entry.place, "description": entry.text, "status": "confirmed", "transparency": "opaque",
            "start": {"dateTime": utc(entry.starts)}, "end": {"dateTime": utc(entry.ends)},
        }  # fmt: skip
        answer = self.asking.send("PUT", f"{self.events}/{entry.key.hex}{QUIET}", said, fine=(SHUT, MISSING))
        if answer.status == MISSING:
            answer = self.asking.send("POST", f"{self.events}{QUIET}", {**said, "id": entry.key.hex}, fine=(SHUT,))
        _need_open(answer)

    def remove(self, entry: Entry) -> None:
        answer = self.asking.send("DELETE", f"{self.events}/{entry.key.hex}{QUIET}", fine=(SHUT, MISSING, GONE))
        _need_open(answer)


def _need_open(answer: Answer) -> None:
    """Google says 403 as well where one asks too often. Raises CalendarNotAgreed, CalendarFailed."""
    if answer.status == SHUT:
        raise CalendarFailed("Google is busy (403).") if b"imitExceeded" in answer.body else CalendarNotAgreed(AGREE)


def _moment(said: Any) -> datetime:
    try:
        found = datetime.fromisoformat(str(said))
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise CalendarFailed("Google said a time nobody can read.")
    return found.astimezone(UTC)
