"""Invitations as iCalendar (RFC 5545, sent as RFC 5546 says): what a mail program reads to put a meeting into a calendar.

Times are said in UTC, so that no table of zones need travel along; whoever reads them shows their own clock.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal

Method = Literal["REQUEST", "CANCEL", "PUBLISH"]
LONGEST = 75
"""Octets of a line, after which it is folded (RFC 5545 §3.1)."""


@dataclass(frozen=True, slots=True)
class Invitation:
    """One meeting as it stands now: `sequence` grows whenever it is moved, `uid` stays."""

    uid: str
    sequence: int
    starts: datetime
    ends: datetime
    title: str
    organizer: tuple[str, str]
    """Name and address."""
    guest: tuple[str, str] | None
    stamp: datetime
    place: str = ""
    text: str = ""
    url: str = ""
    cancelled: bool = False


def ics(said: Invitation, method: Method) -> str:
    """The invitation as one text with CRLF."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Rounds//Meetings//EN", "CALSCALE:GREGORIAN", f"METHOD:{method}", *event(said), "END:VCALENDAR"]
    return "".join(f"{_folded(line)}\r\n" for line in lines)


def stored(said: Invitation) -> str:
    """The same as a calendar keeps it: without a method (RFC 4791 §4.1)."""
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Rounds//Meetings//EN", *event(said), "END:VCALENDAR"]
    return "".join(f"{_folded(line)}\r\n" for line in lines)


def event(said: Invitation) -> list[str]:
    """The lines of the event, not yet folded."""
    lines = [
        "BEGIN:VEVENT", f"UID:{_plain(said.uid)}", f"SEQUENCE:{said.sequence}", f"DTSTAMP:{_utc(said.stamp)}", f"DTSTART:{_utc(said.starts)}",
        f"DTEND:{_utc(said.ends)}", f"SUMMARY:{_text(said.title)}", f"STATUS:{'CANCELLED' if said.cancelled else 'CONFIRMED'}",
        "TRANSP:OPAQUE", f"ORGANIZER;CN={_quoted(said.organizer[0])}:mailto:{_plain(said.organizer[1])}",
    ]  # fmt: skip
    if said.guest:
        lines.append(f"ATTENDEE;CN={_quoted(said.guest[0])};ROLE=REQ-PARTICIPANT;PARTSTAT=ACCEPTED;RSVP=FALSE:mailto:{_plain(said.guest[1])}")
    lines += [f"LOCATION:{_text(said.place)}"] if said.place else []
    lines += [f"DESCRIPTION:{_text(said.text)}"] if said.text else []
    lines += [f"URL:{_plain(said.url)}"] if said.url else []
    return [*lines, "END:VEVENT"]


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")


def _text(said: str) -> str:
    r"""A TEXT value (§3.3.11): backslash, comma, semicolon and the end of a line are escaped; other signs no eye sees go."""
    clean = "".join(c if c.isprintable() or c == "\n" else " " for c in said.replace("\r\n", "\n"))
    return clean.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def _plain(said: str) -> str:
    return "".join(c for c in said if c.isprintable() and c != " ")


def _quoted(said: str) -> str:
    """A parameter in quotes, which may hold anything but quotes and signs no eye sees (§3.2)."""
    return '"' + "".join(c if c.isprintable() and c != '"' else " " for c in said).strip() + '"'


def _folded(line: str) -> str:
    """The line in pieces of at most 75 octets, no sign cut in two."""
    pieces, piece, size = [], "", 0
    for sign in line:
        octets = len(sign.encode())
        if size + octets > LONGEST:
            pieces.append(piece)
            piece, size = " ", 1
        piece, size = piece + sign, size + octets
    return "\r\n".join([*pieces, piece])
