"""Routing: territories, segments, roles, clocks, recycling."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from rounds.playbook.shapes.base import Cited, Code, Number, Several, Shape

State = Annotated[str, Field(pattern=r"^[A-Z]{2}$")]


class TerritoryTable(Cited):
    territories: dict[str, Annotated[tuple[State, ...], Several]]


class StateMap(Cited):
    states: dict[State, str]


class UnitPlace(Cited):
    reading: Literal["headquarters", "most_beds"]


class Territories(Shape):
    rule: str
    title: str
    table: str
    fill: Literal["shipped", "none"]
    unmatched: Literal["queue", "round_robin"]
    queue: str
    names: Annotated[tuple[str, ...], Several]
    tables: dict[str, TerritoryTable]
    tiebreak: StateMap
    filled: StateMap
    unit_place: UnitPlace


class Floor(Cited):
    """A floor of beds or dollars; without one, everything below."""

    at_least: Number | None = None


class Segment(Shape):
    segment: Code
    title: str
    team: str
    beds: Floor
    deal: Floor


class Programme(Cited):
    title: str
    queue: str


class Segments(Shape):
    """Segments, largest first."""

    rule: str
    title: str
    basis: Literal["beds", "deal", "max", "min"]
    segments: Annotated[tuple[Segment, ...], Several]
    programmes: dict[Code, Programme]


class Role(Cited):
    title: str


class RoleByBand(Cited):
    map: dict[Code, str | None]


class Fallback(Cited):
    chain: dict[str, str]


class Roles(Shape):
    rule: str
    title: str
    driver: Literal["004", "003", "max_of"]
    roles: dict[Code, Role]
    by_band: RoleByBand
    fallback: Fallback
    manager_queue: str
    nurture: str


class Clock(Cited):
    """A time limit."""

    value: Annotated[int, Field(ge=0)]
    unit: Literal["minutes", "hours", "days"]
    clock: Literal["calendar", "business"]
    title: str


class Sla(Shape):
    rule: str
    title: str
    bands: dict[Code, dict[Code, Clock]]
    hand_raise: dict[Code, Clock]


class Load(Cited):
    """What an open lead weighs, how much a person of each role carries, and which statuses weigh nothing."""

    weights: dict[Code, Annotated[int, Field(ge=0, le=100)]]
    capacity: dict[Code, Annotated[int, Field(ge=1, le=100_000)]]
    closed: Annotated[tuple[str, ...], Several]
    window_days: Annotated[int, Field(ge=1, le=365)]


class Raised(Cited):
    """Who answers a hand-raise; a band whose role is in `unless` keeps it."""

    role: Code
    unless: Annotated[tuple[Code, ...], Several]


class Bands(Cited):
    bands: Annotated[tuple[Code, ...], Several]


class Nobody(Cited):
    alert_minutes: dict[Code, Annotated[int, Field(ge=1)]]


class AnswerWithin(Cited):
    within: dict[Code, Clock]
    reasons: Annotated[tuple[str, ...], Several]


class Notify(Cited):
    manager: Annotated[tuple[Code, ...], Several]


class Portal(Bands):
    whom: Literal["listed", "everybody", "nobody"]


class Assignment(Shape):
    rule: str
    title: str
    owned: Literal["owner", "territory"]
    method: Literal["load", "round_robin", "weighted"]
    widen: Literal["none", "territory"]
    role_when: Literal["available", "present"]
    owner_away: Literal["team", "owner"]
    unknown_segment: Code
    load: Load
    hand_raise: Raised
    hours: Bands
    nobody: Nobody
    answer: AnswerWithin
    notify: Notify
    portal: Portal


class Recycling(Cited):
    bands: Annotated[tuple[str, ...], Several]
    after_months: Annotated[int, Field(ge=1)]
    status: str


class FollowUp(Cited):
    bands: Annotated[tuple[str, ...], Several]
    every_months: Annotated[int, Field(ge=1)]


class Recycle(Shape):
    rule: str
    title: str
    recycle: Recycling
    follow_up: FollowUp
