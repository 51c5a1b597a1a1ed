"""Scoring models: categories, criteria, levels, and how a raw fact becomes a level."""

from __future__ import annotations

from functools import cached_property
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from rounds.playbook.shapes.base import Cited, Code, Number, Points, Several, Shape, Share


class Step(Shape):
    """One step of a ladder: a floor and what stands on it. Without a floor: everything below."""

    at_least: Number | None = None
    above: Number | None = None
    level: str | None = None

    @model_validator(mode="after")
    def _one_floor(self) -> Self:
        if self.at_least is not None and self.above is not None:
            raise ValueError("has both at_least and above: keep one floor")
        return self

    @property
    def floor(self) -> Number | None:
        return self.at_least if self.at_least is not None else self.above


class CountStep(Shape):
    """One step of an activity reading: the level, and any of the counts that give it."""

    level: str
    at_least: dict[str, Annotated[int, Field(ge=1)]] = {}


class Trust(Shape):
    """A confidence fact below which a reading counts as unknown."""

    fact: str
    at_least: Share


class Reading(Cited):
    """One way from a raw fact to a level. Exactly one of ladder, count_ladder, map, table and any is given."""

    fact: str
    ladder: Annotated[tuple[Step, ...], Several] | None = None
    count_ladder: Annotated[tuple[Step, ...], Several] | None = None
    map: dict[str | bool | int, str] | None = None
    table: str | None = None
    any: Annotated[tuple[CountStep, ...], Several] | None = None
    via: dict[str, str] = {}
    positive: bool = False
    assumed: bool = False
    window_days: int | None = None
    trust: Trust | None = None

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        ways = [name for name in ("ladder", "count_ladder", "map", "table", "any") if getattr(self, name) is not None]
        if len(ways) != 1:
            raise ValueError("needs exactly one of ladder, count_ladder, map, table, any")
        return self


class Choice(Shape):
    """How several readings are combined: the first that speaks, the best, or the worst."""

    first: Annotated[tuple[str, ...], Several] | None = None
    best: Annotated[tuple[str, ...], Several] | None = None
    worst: Annotated[tuple[str, ...], Several] | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        if sum(part is not None for part in (self.first, self.best, self.worst)) != 1:
            raise ValueError("needs exactly one of first, best, worst")
        return self

    @property
    def names(self) -> tuple[str, ...]:
        return self.first or self.best or self.worst or ()


class Level(Shape):
    """One value of a criterion. `unknown`: says we do not know; `absence`: its text describes having heard nothing."""

    level: Code
    title: str
    points: Points
    same_as: str | None = None
    unknown: bool = False
    absence: bool = False


class Counted(Shape):
    """Points for each event of a kind, instead of levels."""

    fact: str
    mode: Literal["each_event", "once_per_kind", "highest_only"]
    points: dict[str, Points]
    caps: dict[str, Annotated[int, Field(ge=1)]] = {}


class Criterion(Cited):
    """One scored line."""

    criterion: Code
    title: str
    short: str | None = None
    ask: str
    max: Points | None = None
    level_fact: Code | None = None
    levels: Annotated[tuple[Level, ...], Several] = ()
    readings: dict[Code, Annotated[tuple[Reading, ...], Several]] = {}
    take: str | None = None
    choices: dict[Code, Choice] = {}
    counted: Counted | None = None

    @property
    def word(self) -> str:
        return self.short or self.title.lower()

    @cached_property
    def best(self) -> int:
        """The most points its levels give."""
        return max((level.points for level in self.levels), default=0)

    @cached_property
    def worst(self) -> int:
        return min((level.points for level in self.levels), default=0)


class Category(Cited):
    category: Code
    title: str
    max: Points | None = None
    criteria: Annotated[tuple[Criterion, ...], Several]


class Band(Shape):
    """A band of totals: a floor, or everything below."""

    band: Code
    title: str
    at_least: Number | None = None
    checklist: dict[Code, str] = {}


class Bands(Cited):
    steps: Annotated[tuple[Band, ...], Several]


class Grade(Shape):
    """`at_least` of the known points; `known_at_least` points must be known for the grade to be given at all."""

    grade: str
    at_least: Share | None = None
    known_at_least: Annotated[int, Field(ge=0)] = 0


class FitRule(Cited):
    categories: Annotated[tuple[str, ...], Several]
    grades: Annotated[tuple[Grade, ...], Several]


class IntentRule(Cited):
    categories: Annotated[tuple[str, ...], Several]


class Unknown(Cited):
    """What unanswered criteria do (C-04, PLUS-02)."""

    policy: Literal["known_rate", "zero", "lowest"]
    trust_at: Share = 0.0
    provisional_cap: str | None = None


class ScoringModel(Cited):
    """One scoring file."""

    rule: str
    title: str
    max: Points | None = None
    bands: Bands | None = None
    unknown: Unknown
    fit: FitRule | None = None
    intent: IntentRule | None = None
    categories: Annotated[tuple[Category, ...], Several]

    @cached_property
    def criteria(self) -> tuple[Criterion, ...]:
        return tuple(criterion for category in self.categories for criterion in category.criteria)


class Days(Cited):
    value: Annotated[int, Field(ge=1)]


class Trigger(Cited):
    title: str
    points: Points


class Activities(Cited):
    map: dict[str, str]


class Heard(Shape):
    """A changed fact is this trigger; `new`: also where nothing stood before."""

    trigger: Code
    new: bool = False


class Changes(Cited):
    map: dict[Code, Heard]


class News(Cited):
    map: dict[str, Code]


class Heat(Cited):
    """Scoring triggers as heat (C-03, PLUS-04)."""

    rule: str
    title: str
    mode: Literal["heat", "boost", "recompute_only"]
    grade_on: Literal["effective", "base"]
    window_days: Days
    boost_once_per_days: Days
    boost_ceiling: Days
    triggers: dict[Code, Trigger]
    activities: Activities
    changes: Changes | None = None
    news: News | None = None
