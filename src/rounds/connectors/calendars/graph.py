"""The calendar of a Microsoft 365 account: of each event its stretch and whether it is busy, never what it is; meetings carry our own
mark, by which they are found again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote, urlencode
from zoneinfo import ZoneInfo

from rounds.connectors.calendars.caldav import CalendarFailed, CalendarNotAgreed
from rounds.connectors.calendars.diary import Entry, utc
from rounds.connectors.mailboxes.oauth import Asking, read_json
from rounds.connectors.outbound import Answer

SHUT, MISSING = 403, 404
AGREE = "Microsoft 365 does not let Rounds into this calendar. Connect the mailbox again, and agree to the calendar there."
FREE = ("free", "workingElsewhere")
FIELDS = "start,end,showAs,isAllDay,isCancelled"
MARK = "String {6f2d1c1e-2f0b-4d3a-9a55-7d0f8f3b1c42} Name RoundsMeeting"
"""The extended property in which our own key of a meeting stands."""
MOST, PAGES = 200, 40


class GraphDiary:
    """The calendar of whoever the tokens are of; `zone`: whose days an event of a whole day takes. Raises MailboxFailed, CalendarFailed."""

    def __init__(self, asking: Asking, zone: str) -> None:
        self.asking, self.zone = asking, ZoneInfo(zone or "UTC")
        self.api = f"{asking.provider.api}/v1.0/me"

    def busy(self, since: datetime, until: datetime) -> list[tuple[datetime, datetime]]:
        asked = {"startDateTime": utc(since - timedelta(days=1)), "endDateTime": utc(until + timedelta(days=1)), "$select": FIELDS, "$top": str(MOST)}
        rows = self._pages(f"{self.api}/calendarView?{urlencode(asked, quote_via=quote)}")
        found = {self._stretch(row) for row in rows if not row.get("isCancelled") and row.get("showAs") not in FREE}
        return sorted((starts, ends) for starts, ends in found if starts < until and ends > since and starts < ends)

    def put(self, entry: Entry) -> None:
        said = {
            "subject": entry.title, "start": _said(entry.starts), "end": _said(entry.ends), "showAs": "busy", "isReminderOn": True,
            "body": {"contentType": "text", "content": entry.text}, "location": {"displayName": entry.place},
        }  # fmt: skip
        there = self._there(entry)
        for key in there:
            self._sent("PATCH", f"{self.api}/events/{quote(key, safe='')}", said)
        if not there:
            own = {"transactionId": str(entry.key), "singleValueExtendedProperties": [{"id": MARK, "value": str(entry.key)}]}
            self._sent("POST", f"{self.api}/events", {**said, **own})

    def remove(self, entry: Entry) -> None:
        for key in self._there(entry):
            self._sent("DELETE", f"{self.api}/events/{quote(key, safe='')}", None)

    def _there(self, entry: Entry) -> list[str]:
        """The ids of what stands there of a meeting: one, or none."""
        mark = f"singleValueExtendedProperties/Any(ep: ep/id eq '{MARK}' and ep/value eq '{entry.key}')"
        return [str(row["id"]) for row in self._pages(f"{self.api}/events?{urlencode({'$filter': mark, '$select': 'id'}, quote_via=quote)}")]

    def _pages(self, url: str) -> Iterator[dict[str, Any]]:
        for _ in range(PAGES):
            page = read_json(self._opened(self.asking.get(url, headers={"prefer": 'outlook.timezone="UTC"'}, fine=(SHUT,))), self.asking.provider)
            yield from page.get("value") or []
            if not (url := str(page.get("@odata.nextLink") or "")):
                return
        raise CalendarFailed("Microsoft 365 shows this calendar page after page without an end.")

    def _sent(self, method: str, url: str, said: dict[str, Any] | None) -> None:
        self._opened(self.asking.send(method, url, said, fine=(SHUT, MISSING)))

    def _opened(self, answer: Answer) -> Answer:
        if answer.status == SHUT:
            raise CalendarNotAgreed(AGREE)
        return answer

    def _stretch(self, row: dict[str, Any]) -> tuple[datetime, datetime]:
        """In UTC. An event of whole days is said from midnight to midnight of no place: it takes those days where its owner is."""
        starts, ends = (_moment((row.get(name) or {}).get("dateTime")) for name in ("start", "end"))
        if row.get("isAllDay"):
            starts, ends = (one.replace(tzinfo=self.zone).astimezone(UTC) for one in (starts, ends))
        return starts, ends


def _said(moment: datetime) -> dict[str, str]:
    return {"dateTime": utc(moment).removesuffix("Z"), "timeZone": "UTC"}


def _moment(said: Any) -> datetime:
    try:
        return datetime.fromisoformat(str(said)[:19]).replace(tzinfo=UTC)
    except ValueError:
        raise CalendarFailed("Microsoft 365 said a time nobody can read.") from None
