"""Letters that are not sent yet, walked through in order: which goes when, and what holds one back (COMM-01, COMM-09).

The very rule that decides when a letter is due decides here, over what went and what would have gone by then. What nobody
can know ahead is left out: answers, meetings, away replies.
"""

from __future__ import annotations

import heapq
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from rounds.playbook import Playbook
from rounds.rules.calendar import zone_of
from rounds.rules.reach.dates import next_time
from rounds.rules.reach.deciding import Decision, Standing, decide

MOST_TRIES = 100
"""How often one letter is put off before it is called held for good."""
HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter that is planned: to whom (`person`, `unit`: what the caps count by), by whom, not before when, on whose clock."""

    person: str
    unit: str
    unit_name: str
    sender: str
    not_before: datetime
    zone: ZoneInfo
    missing: tuple[str, ...] = ()
    purpose: str = "commercial"


@dataclass(frozen=True, slots=True)
class Went:
    """A letter that went."""

    person: str
    unit: str
    sender: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Rehearsed:
    """When it would go (None: not as long as it is held), and the decision that put it off last, where one did."""

    at: datetime | None
    held: Decision | None = None


@dataclass
class Ledger:
    """What went by a moment of the walk."""

    people: dict[str, list[tuple[datetime, str]]] = field(default_factory=lambda: defaultdict(list))
    units: dict[str, list[datetime]] = field(default_factory=lambda: defaultdict(list))
    senders: dict[str, list[datetime]] = field(default_factory=lambda: defaultdict(list))

    def add(self, one: Went) -> None:
        self.people[one.person].append((one.at, one.sender))
        if one.unit:
            self.units[one.unit].append(one.at)
        self.senders[one.sender].append(one.at)

    def since(self, sender: str, moment: datetime) -> int:
        rows = self.senders[sender]
        return len(rows) - bisect_left(rows, moment)


def rehearse(book: Playbook, plans: Sequence[Sequence[Letter]], went: Sequence[Went]) -> list[list[Rehearsed]]:
    """The letters of each plan in turn, each after the one before it, all plans against each other in the order of time."""
    ledger, found = Ledger(), [[Rehearsed(None)] * len(plan) for plan in plans]
    for one in sorted(went, key=lambda one: one.at):
        ledger.add(one)
    waiting = [(plan[0].not_before, number, 0, 0, None) for number, plan in enumerate(plans) if plan]
    heapq.heapify(waiting)
    while waiting:
        at, number, place, tries, held = heapq.heappop(waiting)
        letter = plans[number][place]
        decision = decide(book.reach, _standing(book, ledger, letter, at))
        if decision.outcome == "send":
            ledger.add(Went(letter.person, letter.unit, letter.sender, at))
            found[number][place] = Rehearsed(at, held)
            if place + 1 < len(plans[number]):
                heapq.heappush(waiting, (max(plans[number][place + 1].not_before, at + timedelta(minutes=1)), number, place + 1, 0, None))
        elif decision.outcome == "never" or decision.code == "missing" or decision.until is None or tries > MOST_TRIES:
            found[number][place:] = [Rehearsed(None, decision)] * (len(plans[number]) - place)
        else:
            heapq.heappush(waiting, (max(decision.until, at + timedelta(minutes=1)), number, place, tries + 1, held if decision.code == "window" else decision))
    return found


def _standing(book: Playbook, ledger: Ledger, letter: Letter, at: datetime) -> Standing:
    mine = ledger.people[letter.person]
    midnight = at.astimezone(zone_of(book.calendar)).replace(hour=0, minute=0, second=0, microsecond=0)
    return Standing(
        at=at, opens_at=next_time(at, book.calendar, book.reach.window, letter.zone), address=letter.person, missing=letter.missing,
        purpose=letter.purpose, to_contact=[when for when, _ in mine], others=[when for when, sender in mine if sender != letter.sender],
        to_unit=ledger.units[letter.unit] if letter.unit else [], sent_hour=ledger.since(letter.sender, at - HOUR),
        sent_today=ledger.since(letter.sender, midnight), unit_name=letter.unit_name,
    )  # fmt: skip
