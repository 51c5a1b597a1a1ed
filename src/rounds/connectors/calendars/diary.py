"""What every kind of calendar does: say when somebody is busy, and keep or let go of what was booked with them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Protocol
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Entry:
    """One meeting as it stands now. `key`: the same however often it is moved; `ics`: the same as iCalendar."""

    key: UUID
    uid: str
    starts: datetime
    ends: datetime
    title: str
    place: str
    text: str
    ics: str


class Diary(Protocol):
    """One calendar of one person. All three raise a Refusal with a sentence."""

    def busy(self, since: datetime, until: datetime) -> Sequence[tuple[datetime, datetime]]:
        """The stretches in which its owner is not free, in UTC and in order; nothing else is asked for."""
        ...

    def put(self, entry: Entry) -> None:
        """Write a meeting there, in place of what stands there of it. Twice changes nothing."""
        ...

    def remove(self, entry: Entry) -> None:
        """Take a meeting away; one that is not there is gone already."""
        ...


def utc(moment: datetime) -> str:
    """A moment as both providers read it."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
