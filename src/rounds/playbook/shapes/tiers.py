"""Account tiers: gates, capacity, service level."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from rounds.playbook.shapes.base import Cited, Code, Number, Several, Shape, Share


class Test(Shape):
    """One thing that opens a gate: a fact at or over a floor, or one of several values."""

    __test__ = False
    fact: str
    at_least: Number | None = None
    above: Number | None = None
    is_: Annotated[tuple[str | bool, ...], Several] | None = Field(default=None, alias="is")

    @model_validator(mode="after")
    def _one_test(self) -> Self:
        if sum(part is not None for part in (self.at_least, self.above, self.is_)) != 1:
            raise ValueError("needs exactly one of at_least, above, is")
        return self


class Gate(Shape):
    """A hard gate, opened by any of its tests."""

    gate: Code
    any: Annotated[tuple[Test, ...], Several]


class Capacity(Cited):
    low: Annotated[int, Field(ge=0)]
    high: Annotated[int, Field(ge=0)]


class Service(Cited):
    """What an account of the tier gets (ABM-13)."""

    campaign: str
    team: str
    package: str
    relationships: str
    delivery: str
    owner_role: str
    sequence_family: str


class Tier(Cited):
    tier: Annotated[int, Field(ge=1, le=9)]
    name: str
    capacity: Capacity
    gates: Annotated[tuple[Gate, ...], Several]
    qualitative: dict[Code, str] = {}
    service: Service


class Stage(Cited):
    """When a tier is confirmed, and how slowly it goes down (PLUS-08)."""

    trust_at: Share
    evidence_days: Annotated[int, Field(ge=1)]
    hold_quarters: Annotated[int, Field(ge=0)]
    hold_points: Annotated[int, Field(ge=0)]


class Tiers(Cited):
    """The tier file, best tier first."""

    rule: str
    title: str
    model: str
    mode: Literal["gates", "score_only", "strict_bands"]
    qualitative: Literal["warn", "block"]
    stage: Stage
    tiers: Annotated[tuple[Tier, ...], Several]
    outside: str
