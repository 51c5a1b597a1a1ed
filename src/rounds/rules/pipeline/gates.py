"""What stands before a stage: the exit criteria of what is left, and whether they stop or warn (PIPE-03, 18)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from rounds.playbook import Playbook
from rounds.playbook.shapes.pipeline import Criterion, Mode
from rounds.rules.pipeline.planner import last_before_won

State = Literal["met", "missing", "unknown", "blocked", "skipped"]
OPEN = ("missing", "unknown", "blocked")


@dataclass(frozen=True, slots=True)
class Line:
    """One criterion as it stands. `hard`: nobody lets the deal through without it; `by`: whoever ticked it, or "records"."""

    key: str
    title: str
    process: str
    state: State
    says: str = ""
    url: str = ""
    next: str = ""
    whose: str = ""
    due: date | None = None
    hard: bool = False
    by_hand: bool = False
    by: str = ""

    @property
    def met(self) -> bool:
        return self.state == "met"


@dataclass(frozen=True, slots=True)
class Gate:
    """What stands before `now`. `passes`: one may go; `may_override`: somebody with the permission may, with a reason."""

    now: str
    mode: Mode
    lines: tuple[Line, ...]
    waived: tuple[Line, ...] = ()

    @property
    def missing(self) -> tuple[Line, ...]:
        return tuple(line for line in self.lines if not line.met)

    @property
    def hard_missing(self) -> tuple[Line, ...]:
        return tuple(line for line in self.missing if line.hard)

    @property
    def passes(self) -> bool:
        return not self.missing or (self.mode == "warn" and not self.hard_missing)

    @property
    def may_override(self) -> bool:
        return not self.passes and not self.hard_missing

    @property
    def warns(self) -> bool:
        return self.passes and bool(self.missing)


def asked(playbook: Playbook, was: str, now: str, *, phi: bool) -> list[tuple[str, Criterion]]:
    """(process stage, criterion) of everything a step onward asks: the exit of the process stage it leaves and, before a
    deal is won, of the last one. A step back, a loss and a deal taken up again ask nothing."""
    book = playbook.stages
    if was not in book.open or book.by_code[now].end == "lost" or book.way.index(now) <= book.way.index(was):
        return []
    left = book.process_of(was)
    codes = [left] if left != book.process_of(now) else []
    if book.by_code[now].end == "won" and last_before_won(playbook) not in codes:
        codes.append(last_before_won(playbook))
    found = [(code, one) for code in codes for one in playbook.process.by_code[code].criteria]
    hard = playbook.process.hard_requirements
    if now == hard.at:
        there = {one.key for _, one in found}
        found += [(code, one) for code, one in every(playbook) if one.key in hard.criteria and one.key not in there]
    return [(code, one) for code, one in found if phi or not one.only_with_phi]


def passed_over(playbook: Playbook, was: str, now: str, *, phi: bool) -> list[tuple[str, Criterion]]:
    """What a step that leaves stages out leaves out of their criteria; the reason stands for it."""
    book, order = playbook.stages, list(playbook.process.by_code)
    if was not in book.open or book.by_code[now].end == "lost" or book.way.index(now) <= book.way.index(was):
        return []
    there = {one.key for _, one in asked(playbook, was, now, phi=phi)}
    first, last = order.index(book.process_of(was)) + 1, order.index(book.process_of(now))
    found = [(code, one) for code in order[first:last] for one in playbook.process.by_code[code].criteria]
    return [(code, one) for code, one in found if one.key not in there and (phi or not one.only_with_phi)]


def every(playbook: Playbook) -> Iterable[tuple[str, Criterion]]:
    """(process stage, criterion) of the whole process."""
    return ((entry.stage, one) for entry in playbook.process.stages for one in entry.criteria)


def mode_for(playbook: Playbook, now: str, role: str) -> Mode:
    """Whether the gate before `now` stops or warns somebody of `role`."""
    rule = playbook.stages.gates
    return rule.roles.get(role, {}).get(now) or rule.at.get(now) or rule.default


def gate(playbook: Playbook, was: str, now: str, states: Mapping[str, Line], *, phi: bool, role: str = "") -> Gate:
    """The gate of a step: `states` are the criteria as they stand, by key; one that is not there is unknown."""
    hard = playbook.process.hard_requirements
    binding = hard.criteria if now == hard.at else ()
    lines = tuple(_line(code, one, states, one.key in binding) for code, one in asked(playbook, was, now, phi=phi))
    waived = tuple(_line(code, one, states, False) for code, one in passed_over(playbook, was, now, phi=phi))
    return Gate(now, mode_for(playbook, now, role), lines, waived)


def _line(code: str, one: Criterion, states: Mapping[str, Line], hard: bool) -> Line:
    from dataclasses import replace

    found = states.get(one.key) or Line(one.key, one.title, code, "unknown", "not recorded yet", next=one.next, whose=one.whose)
    return replace(found, hard=hard)
