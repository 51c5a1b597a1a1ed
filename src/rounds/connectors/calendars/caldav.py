"""CalDAV (RFC 4791): busy stretches asked of the server, which knows repetitions and exceptions; events put and taken away.

Nothing of an event but its stretch is read: the server is asked for free and busy time alone (§7.10).
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

from rounds.connectors.calendars.diary import Entry
from rounds.connectors.outbound import Answer, Caps, PeerFailed, fetch

CAPS = Caps(whole=20.0)
QUERY = (
    '<?xml version="1.0" encoding="utf-8"?><C:free-busy-query xmlns:C="urn:ietf:params:xml:ns:caldav">'
    '<C:time-range start="{since}" end="{until}"/></C:free-busy-query>'
)
_LENGTH = re.compile(r"P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?")


@dataclass(frozen=True, slots=True)
class Collection:
    """One calendar on a server, and who reads it. `allow`: private hosts the deployment allows (ROUNDS_OUTBOUND_ALLOW)."""

    url: str
    user: str
    password: str = field(repr=False)
    allow: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "url", f"{self.url.rstrip('/')}/")


class CalendarFailed(PeerFailed):
    """The calendar did not answer as it should."""


class CalendarNotAgreed(CalendarFailed):
    """The person agreed at the provider to their mail alone. Connect the mailbox again, and agree to the calendar there."""

    status = 422


class CalendarShut(CalendarFailed):
    """The calendar does not let us in: check the address, the name and the password (an app password where there is one)."""

    status = 422
    field = "secret"


class DavDiary:
    """A collection as every calendar is asked (diary.py)."""

    def __init__(self, there: Collection) -> None:
        self.there = there

    def busy(self, since: datetime, until: datetime) -> list[tuple[datetime, datetime]]:
        return busy(self.there, since, until)

    def put(self, entry: Entry) -> None:
        put(self.there, entry.uid, entry.ics)

    def remove(self, entry: Entry) -> None:
        remove(self.there, entry.uid)


def busy(calendar: Collection, since: datetime, until: datetime) -> list[tuple[datetime, datetime]]:
    """The stretches between `since` and `until` that the server calls busy, tentative or away, in UTC and in order.

    Raises CalendarShut, CalendarFailed, AddressRefused.
    """
    said = QUERY.format(since=_said(since), until=_said(until)).encode()
    answer = _ask("REPORT", calendar, calendar.url, said, {"content-type": "application/xml; charset=utf-8", "depth": "1"})
    if answer.status == 404:
        raise CalendarShut("There is no calendar at this address; copy the address of the calendar itself, not of the server.", field="address")
    if answer.status != 200:
        raise CalendarFailed(f"The calendar answered {answer.status} when it was asked for free time.")
    return sorted(periods(answer.body.decode("utf-8", "replace")))


def put(calendar: Collection, uid: str, text: str) -> None:
    """Write an event there, in place of what stands there under this uid. Raises CalendarShut, CalendarFailed."""
    answer = _ask("PUT", calendar, _at(calendar, uid), text.encode(), {"content-type": "text/calendar; charset=utf-8"})
    if answer.status not in (200, 201, 204):
        raise CalendarFailed(f"The calendar answered {answer.status} when a meeting was written into it.")


def remove(calendar: Collection, uid: str) -> None:
    """Take an event away; one that is not there is gone already. Raises CalendarShut, CalendarFailed."""
    answer = _ask("DELETE", calendar, _at(calendar, uid), b"", {})
    if answer.status not in (200, 204, 404, 410):
        raise CalendarFailed(f"The calendar answered {answer.status} when a meeting was taken out of it.")


def periods(text: str) -> Iterable[tuple[datetime, datetime]]:
    """The busy periods of a VFREEBUSY (RFC 5545 §3.8.2.6); a period says its end or its length."""
    for line in re.sub(r"\r?\n[ \t]", "", text).splitlines():
        head, _, value = line.partition(":")
        if head.split(";")[0].upper() != "FREEBUSY" or "FBTYPE=FREE" in head.upper():
            continue
        for period in value.split(","):
            begin, _, end = period.strip().partition("/")
            starts = _read(begin)
            ends = starts + _length(end) if end.upper().startswith("P") else _read(end)
            if ends > starts:
                yield starts, ends


def _ask(method: str, calendar: Collection, url: str, body: bytes, headers: dict[str, str]) -> Answer:
    word = base64.b64encode(f"{calendar.user}:{calendar.password}".encode()).decode()
    answer = fetch(method, url, headers={"authorization": f"Basic {word}", **headers}, body=body, allow_hosts=calendar.allow, caps=CAPS)
    if answer.status in (401, 403):
        raise CalendarShut
    return answer


def _at(calendar: Collection, uid: str) -> str:
    return f"{calendar.url}{quote(uid, safe='')}.ics"


def _said(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _read(said: str) -> datetime:
    try:
        return datetime.strptime(said, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    except ValueError:
        raise CalendarFailed("The calendar said a time nobody can read.") from None


def _length(said: str) -> timedelta:
    found = _LENGTH.fullmatch(said.upper())
    if found is None:
        raise CalendarFailed("The calendar said a length of time nobody can read.")
    weeks, days, hours, minutes, seconds = (int(one or 0) for one in found.groups())
    return timedelta(weeks=weeks, days=days, hours=hours, minutes=minutes, seconds=seconds)
