"""What follows a contract: the implementation plan, success metrics, health, surveys, and what grows of it."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Field

from rounds.playbook.shapes.base import Cited, Code, Number, Points, Several, Shape, Share

Week = Annotated[int, Field(ge=1, le=104)]
Weeks = Annotated[tuple[Week, Week], Several]
Codes = Annotated[tuple[Code, ...], Several]
Words = Annotated[tuple[str, ...], Several]


class Length(Cited):
    template: Week
    value: Week
    least: Week
    most: Week


class DaysLong(Cited):
    days: Annotated[int, Field(ge=0, le=2000)]


class Step(Shape):
    """A step of a phase. `milestone`: a day, the first or the last of its weeks; `baa`: patient data moves."""

    step: Code
    title: str
    weeks: Weeks
    whose: Literal["ours", "theirs", "both"]
    needs: Codes = ()
    milestone: Literal["", "start", "end"] = ""
    baa: bool = False
    added: bool = False


class PlanPhase(Cited):
    phase: Code
    title: str
    weeks: Weeks
    steps: Annotated[tuple[Step, ...], Several]


class ImplementationPlan(Shape):
    rule: str
    title: str
    weeks: Length
    kickoff_after: DaysLong
    ttfv_start: Literal["signed", "kickoff", "golive"]
    phases: Annotated[tuple[PlanPhase, ...], Several]

    @property
    def steps(self) -> dict[str, Step]:
        return {step.step: step for phase in self.phases for step in phase.steps}


class Limit(Cited):
    """A bound, exact: whole, or written as text (\"99.5\")."""

    value: int | str

    @property
    def exact(self) -> Decimal:
        return Decimal(self.value)


class SuccessMetric(Shape):
    title: str
    unit: str
    better: Literal["more", "less"]
    target: Limit
    amber: Limit
    fresh: DaysLong | None = None
    says: str


class From(Cited):
    value: Annotated[int, Field(ge=0, le=10)]


class NpsStatus(Cited):
    at_least: Number | None = None
    above: Number | None = None


class NpsReading(Shape):
    promoter_from: From
    detractor_to: From
    statuses: dict[Code, NpsStatus]


class Success(Shape):
    rule: str
    title: str
    metrics: dict[Code, SuccessMetric]
    nps: NpsReading


class Rung(Shape):
    """A floor and its points; neither `above` nor `at_least`: everything else."""

    above: Number | None = None
    at_least: Number | None = None
    points: Points


class Component(Cited):
    title: str
    weight: Annotated[int, Field(ge=1, le=100)]
    fact: Code
    rungs: Annotated[tuple[Rung, ...], Several]


class Trust(Cited):
    share: Share


class HealthBands(Cited):
    healthy: Annotated[int, Field(ge=1, le=100)]
    watch: Annotated[int, Field(ge=1, le=100)]


class Alarm(Cited):
    drop_above: Annotated[int, Field(ge=1, le=100)]


class DaysBack(Cited):
    value: Annotated[int, Field(ge=1, le=730)]


class IssueWeights(Cited):
    critical: Annotated[int, Field(ge=0, le=50)]
    major: Annotated[int, Field(ge=0, le=50)]
    minor: Annotated[int, Field(ge=0, le=50)]


class Health(Shape):
    rule: str
    title: str
    unknown: Literal["known_rate", "zero", "half"]
    trust_at: Trust
    bands: HealthBands
    alarm: Alarm
    components: dict[Code, Component]
    touches_days: DaysBack
    issue_weights: IssueWeights


class ShownFrom(Cited):
    answers: Annotated[int, Field(ge=1, le=100)]


class SurveyKind(Cited):
    title: str
    question: str
    low: str
    high: str
    most: Annotated[int, Field(ge=1, le=10)]
    why: str
    every: DaysLong | None = None


class Surveys(Shape):
    rule: str
    title: str
    shown_from: ShownFrom
    open_for: DaysLong
    remind_after: DaysLong
    kinds: dict[Code, SurveyKind]


class Months(Cited):
    value: Annotated[int, Field(ge=1, le=240)]


class DayList(Cited):
    values: Annotated[tuple[int, ...], Several]


class WordList(Cited):
    values: Words


class Renewal(Shape):
    term_months: Months
    ask_days: DayList


class ExpansionKind(Shape):
    """`when`: signals of which all must hold for the kind to be proposed."""

    title: str
    when: Annotated[tuple[Literal["outcomes_attained", "sites_left", "adopted", "licences_used", "healthy", "promoters", "no_reference"], ...], Several]
    says: str


class Expansion(Cited):
    kinds: dict[Code, ExpansionKind]
    licences_used: Trust


class UseLimit(Cited):
    uses: Annotated[int, Field(ge=1, le=1000)]
    days: Annotated[int, Field(ge=1, le=730)]


class References(Shape):
    types: WordList
    limit: UseLimit
    target: Trust


class LeastGroup(Cited):
    people: Annotated[int, Field(ge=2, le=1000)]


class OutcomeMetric(Shape):
    title: str
    unit: str
    better: Literal["more", "less"]


class Outcomes(Cited):
    least_group: LeastGroup
    metrics: dict[Code, OutcomeMetric]
    sources: WordList


class Growth(Shape):
    rule: str
    title: str
    renewal: Renewal
    churn_reasons: WordList
    expansion: Expansion
    references: References
    outcomes: Outcomes
