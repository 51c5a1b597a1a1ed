"""A week of somebody of ours: when they are free, and a time for each meeting that is still to be had (ANALYTICS-38).

Free is what is offered to guests (rules/reach/slots.py), so a suggestion is never a time at which nobody could be booked.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from sys import maxsize

from rounds.playbook.shapes.days import Calendar
from rounds.playbook.shapes.meetings import Meetings
from rounds.rules.reach.slots import Host, Slot, Stretch, offered


@dataclass(frozen=True, slots=True)
class Wanted:
    """A meeting to be had: what asks for it, how long it takes, until when."""

    key: str
    minutes: int
    due: datetime | None = None


def free(book: Meetings, calendar: Calendar, host: Host, at: datetime, first: datetime, last: datetime) -> list[Slot]:
    """The stretches from `first` to before `last` in which a meeting could begin and end, as long as they go on."""
    found: list[Slot] = []
    for slot in offered(book, calendar, host, book.step_minutes, at, since=first, most=maxsize):
        if slot.ends > last:
            break
        if found and found[-1].ends == slot.starts:
            found[-1] = Slot(found[-1].starts, slot.ends)
        else:
            found.append(slot)
    return found


def suggested(book: Meetings, calendar: Calendar, host: Host, wanted: Sequence[Wanted], at: datetime) -> dict[str, Slot | None]:
    """Key → the first free time of each, what is due first going first, none of them in another's way; None: there is no time left."""
    found: dict[str, Slot | None] = {}
    for one in sorted(wanted, key=lambda one: (one.due is None, one.due, one.key)):
        slot = next(iter(offered(book, calendar, host, one.minutes, at, most=1)), None)
        found[one.key] = slot
        if slot is not None:
            host = replace(host, taken=(*host.taken, Stretch(slot.starts, slot.ends, counts=True)))
    return found
