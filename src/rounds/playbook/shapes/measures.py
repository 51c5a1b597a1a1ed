"""Numbers: what the metrics count by, what they are to reach and since when, and which stand on whose dashboard."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from rounds.playbook.shapes.base import Cited, Code, Several, Shape

Many = Annotated[int, Field(ge=1, le=100_000)]
Percent = Annotated[int, Field(ge=0, le=100)]
Words = Annotated[tuple[str, ...], Several]


def _exact(value: object) -> object:
    return Decimal(str(value)) if isinstance(value, int | float | str) and not isinstance(value, bool) else value


def _day(value: object) -> object:
    return date.fromisoformat(value) if isinstance(value, str) else value


Exact = Annotated[Decimal, BeforeValidator(_exact)]
Day = Annotated[date, BeforeValidator(_day)]


class Whole(Cited):
    value: Many


class Length(Cited):
    value: Exact


class Part(Cited):
    percent: Percent


class Choice(Cited):
    """Which of the readings of a metric is in force."""

    value: str


class Quality(Cited):
    """The tests of a deal's quality, and within how many days its next step may lie."""

    tests: Words


class Funnel(Cited):
    """A step of the funnel and the state of a record that stands for it."""

    step: Code
    title: str


class Risks(Cited):
    """When a deal counts as slipped too often, and with how few people it hangs on one."""

    slips: Many
    people: Many


class ActivityKinds(Cited):
    """Which kinds of activity are outreach, which are meetings (and of those with executives), which take content, which are events."""

    outreach: Words
    meetings: Words
    executive: Words = ()
    content: Words = ()
    events: Words = ()


class Goal(Cited):
    """What somebody is to do in a week."""

    per_week: Many


class NextAction(Cited):
    """What is to be done about an open deal while a flag is raised on it (analytics/numbers/risks.py)."""

    when: Literal["stalled", "past", "no_next", "single", "no_champion", "rival", "red_flag", "slipped"]
    title: str


class Pressing(Cited):
    """How much a task presses: urgency × (1 + one for each `step` of dollars its deal is worth a year, at most `most`) × band."""

    overdue: Many
    day: Many
    step: Many
    most: Many
    bands: dict[Code, Many]


class Sound(Cited):
    """What makes a pipeline a sound one (004)."""

    amount: Exact
    months: Many
    win_percent: Exact
    nps: Exact


class Measures(Shape):
    """What every metric counts by. `small_n`: below so many rows a ratio or a mean is not shown; `near`: so close below a
    target is near it; `trend`: how many periods a trend shows; `confidence`: of intervals, in percent."""

    rule: str
    title: str
    small_n: Whole
    near: Part
    trend: Whole
    confidence: Part
    won_by: Choice
    cycle_from: Choice
    coverage_of: Choice
    lifetime_most: Whole
    month_days: Length
    coverage_days: Whole
    engagement_days: Whole
    ripe_days: Whole
    due_days: Whole
    travel_minutes: Whole | None = None
    quality: Quality
    risks: Risks
    acts: ActivityKinds
    goals: dict[str, Goal]
    pressing: Pressing | None = None
    next_actions: Annotated[tuple[NextAction, ...], Several] = ()
    sound: Sound
    funnel: Annotated[tuple[Funnel, ...], Several]
    active_days: Whole


Comparator = Literal["at_least", "above", "at_most", "below", "between"]


class Target(Cited):
    """What a metric is to reach, from `since` on (none: always); earlier periods are judged by the target before it.

    `value`, or `low` and `high` where it is between the two, both inclusive; in the metric's unit: dollars, percent, days.
    `beyond`: better than the range counts as met, and is said. `per`: of periods of this kind alone.
    """

    kpi: str
    metric: Code
    title: str
    comparator: Comparator
    value: Exact | None = None
    low: Exact | None = None
    high: Exact | None = None
    beyond: Literal["more", "less"] | None = None
    since: Day | None = None
    per: Literal["month", "quarter", "year"] | None = None
    group: Literal["financial", "operational", "market", "programme"] = "programme"

    @model_validator(mode="after")
    def _says_what(self) -> Self:
        ranged = self.comparator == "between"
        if ranged and (self.low is None or self.high is None or self.value is not None):
            raise ValueError("a target between two values names low and high, and no value")
        if not ranged and (self.value is None or self.low is not None or self.high is not None):
            raise ValueError("this target names one value, and neither low nor high")
        return self


class Compared(Cited):
    """What others reach of a metric: told beside it, and no target."""

    metric: Code
    title: str
    value: Exact


class Targets(Shape):
    rule: str
    title: str
    targets: Annotated[tuple[Target, ...], Several]
    benchmarks: Annotated[tuple[Compared, ...], Several] = ()

    def beside(self, metric: str) -> tuple[Compared, ...]:
        """What others reach, in the order of the file."""
        return tuple(one for one in self.benchmarks if one.metric == metric)

    def of(self, metric: str, on: date, kind: str = "") -> tuple[Target, ...]:
        """The targets of a metric in force on a day for a kind of period, one a KPI: the last that had begun."""
        found: dict[str, Target] = {}
        for one in sorted(self.targets, key=lambda one: one.since or date.min):
            if one.metric == metric and (one.since is None or one.since <= on) and one.per in (None, kind):
                found[one.kpi] = one
        return tuple(found.values())


class Tile(Cited):
    """A place on a dashboard: which metric, and how it is shown; `before`: beside parts, too, what the period before came to."""

    metric: Code
    title: str = ""
    shown: Literal["figure", "bars", "table", "list", "trend"] = "figure"
    by: str = ""
    before: bool = False


class Dashboard(Cited):
    dashboard: Code
    title: str
    roles: Words
    period: Literal["month", "quarter", "year", "week"] = "quarter"
    tiles: Annotated[tuple[Tile, ...], Several]
    each: Words = ()


class Dashboards(Shape):
    rule: str
    title: str
    dashboards: Annotated[tuple[Dashboard, ...], Several]

    def of(self, name: str) -> Dashboard | None:
        return next((one for one in self.dashboards if one.dashboard == name), None)
