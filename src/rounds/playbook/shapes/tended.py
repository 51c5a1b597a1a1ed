"""What keeps leads and people alive: channels and machines, relationship strength, hygiene."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from rounds.playbook.shapes.base import Cited, Code, Several, Shape, Share
from rounds.playbook.shapes.life import Codes, Days

Words = Annotated[tuple[str, ...], Several]
Count = Annotated[int, Field(ge=1, le=100_000)]


class Channel(Shape):
    channel: Code
    title: str
    kinds: Codes = ()
    sources: Words = ()


class Channels(Cited):
    list: Annotated[tuple[Channel, ...], Several]


class Machine(Cited):
    kinds: Codes
    within_seconds: Count
    together_seconds: Count
    links_at_least: Count
    agents: Words = ()
    """Words in the name of a browser that only a machine says."""
    networks: Words = ()
    """Networks known to be gateways, such as 192.0.2.0/24."""


class Position(Cited):
    """Percent of the first and of the last touch; those between share the rest."""

    first: Annotated[int, Field(ge=0, le=100)]
    last: Annotated[int, Field(ge=0, le=100)]

    @model_validator(mode="after")
    def _no_more_than_all(self) -> Self:
        if not 0 < self.first + self.last <= 100:
            raise ValueError("the first and the last touch get at most 100 percent together, and more than nothing")
        return self


class Decay(Cited):
    half_life_days: Count


class Attribution(Shape):
    """How touches share the credit for what they brought."""

    position: Position
    decay: Decay


class Engagement(Shape):
    rule: str
    title: str
    channels: Channels
    machine: Machine
    attribution: Attribution | None = None

    def channel_of(self, kind: str) -> str:
        """The channel of an activity kind; "other" where none has it."""
        return next((one.channel for one in self.channels.list if kind in one.kinds), "other")

    def channel_of_source(self, source: str) -> str:
        """The channel of a lead source; "other" where none has it."""
        return next((one.channel for one in self.channels.list if source in one.sources), "other")


class Weights(Cited):
    recency: Annotated[int, Field(ge=0, le=100)]
    frequency: Annotated[int, Field(ge=0, le=100)]
    seniority: Annotated[int, Field(ge=0, le=100)]
    reciprocity: Annotated[int, Field(ge=0, le=100)]


class Recency(Cited):
    full_days: Count
    none_days: Count


class Frequency(Cited):
    full_touches: Count


class Seniority(Cited):
    levels: dict[str, Share]
    unknown: Share


class Reciprocity(Cited):
    full_share: Share


class OfAccount(Cited):
    best_of: Count


class Touches(Cited):
    kinds: Codes


class Relationships(Shape):
    rule: str
    title: str
    window_days: Days
    trend_days: Days
    weights: Weights
    recency: Recency
    frequency: Frequency
    seniority: Seniority
    reciprocity: Reciprocity
    account: OfAccount
    strong_at: Days
    weak_below: Days
    touches: Touches


class HygieneCheck(Cited):
    """One thing left undone. `days`: how long it may stay so; `bands`, `roles`: which it is about."""

    check: Code
    noun: Literal["lead", "account", "contact", "opportunity"]
    title: str
    fix: str
    days: Annotated[int, Field(ge=0, le=3650)] = 0
    bands: Codes = ()
    roles: Words = ()


class Hygiene(Shape):
    rule: str
    title: str
    stale_after_days: Days
    trend_days: Days
    checks: Annotated[tuple[HygieneCheck, ...], Several]

    def of(self, noun: str) -> tuple[HygieneCheck, ...]:
        """The checks of one noun."""
        return tuple(one for one in self.checks if one.noun == noun)
