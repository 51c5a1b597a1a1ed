"""What changed in a quarter's open deals between two days, deal by deal; the steps add up to the cent (FORECAST-03)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date

STEPS_OF = ("new", "received", "pulled_in", "reopened", "up", "down", "won", "lost", "slipped", "handed", "gone")
"""In the order they are shown. `pulled_in`: its close moved into the quarter; `slipped`: out of it; `received`: it was another's
before, `handed`: it is another's now (rep, team, place); `gone`: no longer there."""
SAYS = {"new": "New", "received": "Taken over", "pulled_in": "Moved up", "reopened": "Taken up again", "up": "Amount up", "down": "Amount down",
        "won": "Won", "lost": "Lost", "slipped": "Slipped out", "handed": "Handed on", "gone": "Gone"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Standing:
    """How a deal stood on a day: `outcome` open, won, lost; `cents` None = not quoted."""

    outcome: str
    cents: int | None
    close_on: date | None
    name: str = ""


@dataclass(frozen=True, slots=True)
class Move:
    """One deal's part in a step, in cents with its sign."""

    deal: str
    name: str
    step: str
    cents: int
    was: Standing | None
    now: Standing | None


@dataclass(frozen=True)
class Waterfall:
    """`before` + the sum of all moves = `after`: what stood open in the quarter on either day, in cents."""

    before: int
    after: int
    moves: tuple[Move, ...]

    def cents(self, step: str) -> int:
        return sum(move.cents for move in self.moves if move.step == step)

    def of(self, step: str) -> list[Move]:
        """The moves of a step, the largest first."""
        return sorted((move for move in self.moves if move.step == step), key=lambda move: (-abs(move.cents), move.name, move.deal))

    @property
    def steps(self) -> list[tuple[str, int, int]]:
        """(step, deals, cents) of those in which something happened."""
        return [(step, len(rows), self.cents(step)) for step in STEPS_OF if (rows := self.of(step))]

    @property
    def reconciles(self) -> bool:
        return self.before + sum(move.cents for move in self.moves) == self.after


def waterfall(then: Mapping[str, Standing], now: Mapping[str, Standing], first: date, last: date, *, others: Collection[str] = ()) -> Waterfall:
    """From how deals stood on an earlier day to a later one; `first` to `last` is the quarter their close is looked for in.
    `others`: deals that stand on one side alone because they were or are somebody else's."""
    moves: list[Move] = []
    for key in sorted({*then, *now}):
        found = _moves(key, then.get(key), now.get(key), first, last)
        moves += [replace(one, step=ELSEWHERE.get(one.step, one.step)) for one in found] if key in others else found
    before = sum(_counts(one, first, last) for one in then.values())
    after = sum(_counts(one, first, last) for one in now.values())
    return Waterfall(before, after, tuple(moves))


ELSEWHERE = {"new": "received", "gone": "handed"}


def _in(one: Standing | None, first: date, last: date) -> bool:
    return one is not None and one.outcome == "open" and one.close_on is not None and first <= one.close_on <= last


def _counts(one: Standing, first: date, last: date) -> int:
    return (one.cents or 0) if _in(one, first, last) else 0


def _moves(key: str, was: Standing | None, now: Standing | None, first: date, last: date) -> list[Move]:
    """At most two: it came or changed its amount, then it left."""
    name = (now or was).name  # type: ignore[union-attr]
    old, new = (was.cents or 0) if was else 0, (now.cents or 0) if now else 0
    before, after = _in(was, first, last), _in(now, first, last)

    def move(step: str, cents: int) -> Move:
        return Move(key, name, step, cents, was, now)

    changed = [move("up" if new > old else "down", new - old)] if new != old else []
    if before and after:
        return changed
    if after:
        came = "new" if was is None else "reopened" if was.outcome != "open" else "pulled_in"
        return [move(came, new)]
    won = now is not None and now.outcome == "won"
    if before:
        return [*changed, move("won", -new)] if won else [move(_left(now), -old)]
    if was is None and won and now is not None and now.close_on is not None and first <= now.close_on <= last:
        return [move("new", new), move("won", -new)]
    return []


def _left(now: Standing | None) -> str:
    return "gone" if now is None else "lost" if now.outcome == "lost" else "slipped"
