"""Who could take a lead: people with their load, and why one of them cannot be asked now (ROUTE-08)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

from rounds.playbook import Playbook
from rounds.rules.calendar import is_business


@dataclass(frozen=True, slots=True)
class Rep:
    """Somebody leads are given to. `load` weighs their open leads; `last` is when they were given one (0: never), `turn`
    the order within one moment; `given` counts the leads of late; `away` says until when, "" = here."""

    id: str
    name: str
    role: str
    team: str
    territories: frozenset[str] = frozenset()
    capacity: int | None = None
    load: int = 0
    last: float = 0.0
    turn: int = 0
    given: int = 0
    active: bool = True
    away: str = ""
    zone: str = "UTC"

    def covers(self, territory: str) -> bool:
        """Whoever names no territory sells anywhere."""
        return not self.territories or territory in self.territories


@dataclass(frozen=True, slots=True)
class Team:
    id: str
    name: str
    segment: str = ""
    manager: str | None = None


@dataclass(frozen=True, slots=True)
class Given:
    """Leads given out at the moment `at` that the rows do not show yet: id of a person → (their weight, how many)."""

    at: datetime
    loads: Mapping[str, tuple[int, int]]


@dataclass(frozen=True)
class Pool:
    """Everybody who could be asked at the moment `at`, an aware time."""

    reps: tuple[Rep, ...]
    teams: tuple[Team, ...]
    at: datetime

    @cached_property
    def by_id(self) -> dict[str, Rep]:
        return {rep.id: rep for rep in self.reps}

    @cached_property
    def team_of(self) -> dict[str, Team]:
        return {team.id: team for team in self.teams}

    def after(self, rep: str | None, weight: int, turn: int) -> Pool:
        """The pool once `rep` was given a lead of `weight`, the `turn`-th of this moment."""
        if rep is None:
            return self
        moved = {"last": self.at.timestamp(), "turn": turn}
        return replace(self, reps=tuple(
            replace(one, load=one.load + weight, given=one.given + 1, **moved) if one.id == rep else one for one in self.reps
        ))  # fmt: skip


    def with_given(self, given: Given | None) -> Pool:
        """The pool as it will be read once `given` is there for all to see."""
        if given is None:
            return self
        return replace(self, reps=tuple(
            replace(one, load=one.load + given.loads[one.id][0], given=one.given + given.loads[one.id][1], last=given.at.timestamp())
            if one.id in given.loads else one for one in self.reps
        ))  # fmt: skip


@dataclass(frozen=True, slots=True)
class Wanted:
    """A lead as routing sees it. `owner` and `team` are those of its account or of what stands above it (`whose`, its
    name); `sized`: beds or deal potential are known; `known`: it was matched to a hospital; `declined`: who said no;
    `busy`: who is being given another lead at this very moment."""

    key: str
    band: str
    territory: str = ""
    segment: str = ""
    programme: str = ""
    score: int | None = None
    sized: bool = True
    known: bool = False
    hand_raise: bool = False
    owner: str | None = None
    team: str | None = None
    whose: str = ""
    email: bool = False
    declined: frozenset[str] = frozenset()
    busy: frozenset[str] = frozenset()
    says: Mapping[str, str] = field(default_factory=dict)
    """Why territory and segment are what they are, for the log of the steps."""


class Ledger:
    """Loads as they move while a batch is given out."""

    def __init__(self, pool: Pool) -> None:
        self.load = {rep.id: rep.load for rep in pool.reps}
        self.given = {rep.id: rep.given for rep in pool.reps}
        self.last = {rep.id: (rep.last, rep.turn) for rep in pool.reps}
        self.moment = pool.at.timestamp()
        self.turn = max((rep.turn for rep in pool.reps if rep.last == self.moment), default=0)

    def take(self, rep: str, weight: int) -> None:
        self.turn += 1
        self.load[rep] += weight
        self.given[rep] += 1
        self.last[rep] = (self.moment, self.turn)


def capacity_of(playbook: Playbook, rep: Rep) -> int:
    """What a person carries: as their page says, else as their role does."""
    said = playbook.assignment.load.capacity
    return rep.capacity if rep.capacity is not None else said.get(rep.role, min(said.values(), default=1))


def barred(playbook: Playbook, rep: Rep, wanted: Wanted, pool: Pool, ledger: Ledger, *, owns: bool = False) -> str:
    """Why `rep` cannot be given this lead now, "" where nothing stands against it. What one owns is no question of
    load or hours (`owns`)."""
    if not rep.active:
        return "no longer works here"
    if rep.id in wanted.declined:
        return "declined it"
    if rep.away and not (owns and playbook.assignment.owner_away == "owner"):
        return f"away until {rep.away}"
    if owns:
        return ""
    if rep.id in wanted.busy:
        return "is being given another lead at this moment"
    if wanted.band in playbook.assignment.hours.bands and not at_work(playbook, rep, pool.at):
        return "outside working hours"
    carries, most = ledger.load[rep.id], capacity_of(playbook, rep)
    return f"full, {carries} of {most}" if carries >= most else ""


def at_work(playbook: Playbook, rep: Rep, at: datetime) -> bool:
    """Whether it is a working hour where `rep` lives."""
    return is_business(playbook.calendar, at, ZoneInfo(rep.zone))


def rank(playbook: Playbook, rep: Rep, ledger: Ledger, method: str) -> tuple[Any, ...]:
    """What orders the people of a pool: the smallest share of capacity, then who waited longest, then the lowest id."""
    waited = ledger.last[rep.id]
    if method == "round_robin":
        return (*waited, rep.id)
    counted = ledger.load if method == "load" else ledger.given
    return (counted[rep.id] / capacity_of(playbook, rep), *waited, rep.id)
