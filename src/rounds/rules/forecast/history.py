"""The past a forecast learns from: how long deals stood in a stage and where they went then."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date

WON, LOST = "won", "lost"


@dataclass(frozen=True, slots=True)
class Spell:
    """A deal stood in `stage` from `entered` to `left`, then went `to` another stage, WON or LOST; None and "" while it
    stands there. `cents`: what it was to bring in a year as it entered; `won_cents`: what it brought when it was won."""

    deal: str
    stage: str
    entered: date
    left: date | None = None
    to: str = ""
    cents: int = 0
    won_cents: int = 0


@dataclass(frozen=True, slots=True)
class Open:
    """A deal that was open on a day, since when in its stage, what it is to bring. `key` sorts and names it."""

    key: str
    stage: str
    since: date
    cents: int


@dataclass(frozen=True)
class History:
    """Spells of many deals. `begins`: the day the record begins; what happened before is not there, so time before it
    counts for nothing (a deal that was lost before could not be seen)."""

    spells: tuple[Spell, ...]
    begins: date

    def known_on(self, day: date) -> History:
        """What was known at the beginning of `day`: later entries are not there, later exits did not happen yet."""
        rows = (one if one.left is None or one.left < day else replace(one, left=None, to="", won_cents=0)
                for one in self.spells if one.entered < day)  # fmt: skip
        return History(tuple(rows), self.begins)

    def open_on(self, day: date) -> list[Open]:
        """The deals that stood in a stage at the beginning of `day`."""
        return [Open(one.deal, one.stage, one.entered, one.cents) for one in self.spells
                if one.entered < day and (one.left is None or one.left >= day)]  # fmt: skip

    def won_cents(self, first: date, last: date) -> int:
        """What was won from `first` to `last`, both days included."""
        return sum(one.won_cents for one in self.spells if one.to == WON and one.left is not None and first <= one.left <= last)

    @property
    def closed(self) -> int:
        """How many deals were closed."""
        return sum(1 for one in self.spells if one.to in (WON, LOST))

    @property
    def first_spells(self) -> list[Spell]:
        """The spell each deal began with, in order of entry."""
        found: dict[str, Spell] = {}
        for one in sorted(self.spells, key=lambda row: row.entered):
            found.setdefault(one.deal, one)
        return list(found.values())


def history_of(spells: Iterable[Spell], begins: date | None = None) -> History:
    """A history that begins with its first spell unless it says otherwise."""
    rows: Sequence[Spell] = tuple(spells)
    return History(tuple(rows), begins or min((one.entered for one in rows), default=date.min))
