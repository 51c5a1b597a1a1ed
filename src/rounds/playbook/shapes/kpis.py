"""The scorecard: what the company is led by, what each figure rests on, and how much better than before it is to be."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import model_validator

from rounds.playbook.shapes.base import Cited, Code, Several, Shape
from rounds.playbook.shapes.measures import Choice, Comparator, Day, Exact, Many, Target

Unit = Literal["money", "percent", "days", "hours", "count", "score", "times"]


class Group(Cited):
    group: Code
    title: str


class Aim(Shape):
    """What a figure is to reach, from `since` on."""

    comparator: Comparator
    value: Exact | None = None
    low: Exact | None = None
    high: Exact | None = None
    beyond: Literal["more", "less"] | None = None
    since: Day | None = None


class Change(Shape):
    """So many percent more, or less, than the baseline."""

    percent: Many
    way: Literal["more", "less"]


class Kpi(Cited):
    """A line of the scorecard; see numbers/kpis.yaml."""

    kpi: str
    title: str
    group: Code
    metric: str = ""
    tier: int | None = None
    band: str = ""
    unit: Unit | None = None
    waits_for: str = ""
    owner: Code
    per: Literal["month", "quarter", "year"] | None = None
    change: Change | None = None
    targets: Annotated[tuple[Aim, ...], Several] = ()

    @model_validator(mode="after")
    def _rests_on_one_thing(self) -> Self:
        if sum(map(bool, (self.metric, self.unit, self.waits_for))) != 1:
            raise ValueError("a KPI rests on one thing: a metric, a unit (entered by hand), or what it waits for")
        return self

    @property
    def by_hand(self) -> bool:
        return self.unit is not None

    @property
    def part(self) -> tuple[str, str] | None:
        """The part of its metric it is of: (dimension, value); None: all of it."""
        return ("tier", str(self.tier)) if self.tier is not None else ("band", self.band) if self.band else None

    def aim_on(self, day: date) -> Target | None:
        """Its own target in force on a day: the last that had begun."""
        due = [one for one in self.aims if one.since is None or one.since <= day]
        return max(due, key=lambda one: str(one.since or "")) if due else None

    @property
    def aims(self) -> tuple[Target, ...]:
        """Its own targets as any other's."""
        return tuple(Target(kpi=self.kpi, metric=self.metric or "hand", title=self.title, source=self.source, added=self.added, **aim.model_dump()) for aim in self.targets)


class Scorecard(Shape):
    rule: str
    title: str
    change_as: Choice
    groups: Annotated[tuple[Group, ...], Several]
    kpis: Annotated[tuple[Kpi, ...], Several]

    def find(self, code: str) -> Kpi | None:
        return next((one for one in self.kpis if one.kpi == code), None)
