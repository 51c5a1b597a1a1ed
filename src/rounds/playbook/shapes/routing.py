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
