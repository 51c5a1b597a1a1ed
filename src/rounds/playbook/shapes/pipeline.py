"""The pipeline: ten stages of a deal, seven of the sales process, and how a deal ends."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from rounds.playbook.shapes.base import Cited, Code, Number, Several, Shape

Words = Annotated[tuple[str, ...], Several]
StageCode = Annotated[str, Field(pattern=r"^O[1-9][0-9]?$")]
ProcessCode = Annotated[str, Field(pattern=r"^P[1-9]$")]
Mode = Literal["warn", "block"]


class Span(Shape):
    low: Annotated[int, Field(ge=0, le=520)]
    high: Annotated[int, Field(ge=1, le=520)]


class Criterion(Shape):
    """An exit criterion. `by`: hand, or the evidence it is read from; `hand`: a person may overrule that; `whose` move
    it is and what the `next` one would be."""

    key: Code
    title: str
    by: Annotated[str, Field(pattern=r"^(hand|[a-z_]+\.[a-z_0-9]+)$")]
    hand: bool = False
    only_with_phi: bool = False
    whose: str
    next: str

    @property
    def by_hand(self) -> bool:
        return self.hand or self.by == "hand"


class ProcessStage(Cited):
    stage: ProcessCode
    title: str
    weeks: Span
    objectives: Words
    activities: Words
    criteria: Annotated[tuple[Criterion, ...], Several]


class HardRequirements(Cited):
    at: StageCode
    criteria: Annotated[tuple[Code, ...], Several]


class Leg(Shape):
    leg: Code
    title: str
    months: Span
    from_: str = Field(alias="from")
    to: str


class Macro(Cited):
    total: Span
    legs: Annotated[tuple[Leg, ...], Several]


class EstimateSegment(Shape):
    """Which accounts are of a play: of one of these types, and, where it says so, of at least so many beds."""

    play: Code
    org_types: Words = ()
    subtypes: Words = ()
    beds_at_least: Annotated[int, Field(ge=0)] | None = None


class Estimate(Cited):
    by: Literal["segment", "stages"]
    segments: Annotated[tuple[EstimateSegment, ...], Several]


class Process(Shape):
    rule: str
    title: str
    hard_requirements: HardRequirements
    stages: Annotated[tuple[ProcessStage, ...], Several]
    macro: Macro
    estimate: Estimate

    @property
    def by_code(self) -> dict[str, ProcessStage]:
        return {entry.stage: entry for entry in self.stages}

    @property
    def criteria(self) -> dict[str, Criterion]:
        """Every criterion, by its key."""
        return {one.key: one for entry in self.stages for one in entry.criteria}


class Chance(Cited):
    percent: Annotated[Number, Field(ge=0, le=100)]


class DealStage(Cited):
    stage: StageCode
    title: str
    about: str
    process: ProcessCode | None = None
    process_by_name: ProcessCode | None = None
    trigger: Words
    chance: Chance
    end: Literal["", "won", "lost"] = ""


class TotalsRange(Cited):
    """In how many of a hundred cases a weighted total falls within the range beside it."""

    percent: Annotated[Number, Field(ge=50, le=99)]


class Probability(Cited):
    after: Annotated[int, Field(ge=1, le=10_000)]
    weight: Annotated[int, Field(ge=1, le=10_000)]
    spread: TotalsRange


class Gates(Cited):
    default: Mode
    at: dict[StageCode, Mode]
    roles: dict[str, dict[StageCode, Mode]] = {}


class Allowed(Cited):
    """What a move needs: a permission, a reason, and no more than so many days."""

    may: str = ""
    reason: bool = False
    within_days: Annotated[int, Field(ge=1, le=3650)] | None = None
    at_most_days: Annotated[int, Field(ge=1, le=36500)] | None = None


class Moves(Shape):
    skip: Allowed
    back: Allowed
    reopen: Allowed
    override: Allowed
    back_date: Allowed


class Ageing(Cited):
    slow_above: Annotated[Number, Field(gt=0, le=100)]
    stalled_above: Annotated[Number, Field(gt=0, le=100)]


class Stages(Shape):
    rule: str
    title: str
    advance: Literal["auto", "confirm"]
    early_demo: Literal["allow", "wait"]
    duration_basis: Literal["by_name", "by_work"]
    mapping: Literal["trigger", "name"]
    stages: Annotated[tuple[DealStage, ...], Several]
    probability: Probability
    gates: Gates
    moves: Moves
    ageing: Ageing

    @property
    def by_code(self) -> dict[str, DealStage]:
        return {entry.stage: entry for entry in self.stages}

    @property
    def way(self) -> tuple[str, ...]:
        """The stages one goes through, the won one last."""
        return tuple(entry.stage for entry in self.stages if entry.end != "lost")

    @property
    def open(self) -> tuple[str, ...]:
        return tuple(entry.stage for entry in self.stages if not entry.end)

    def ending(self, how: str) -> str:
        """The stage of a deal that was won, or lost."""
        return next(entry.stage for entry in self.stages if entry.end == how)

    def process_of(self, stage: str) -> str:
        """The stage of the sales process that `stage` stands in ("" for a lost deal)."""
        entry = self.by_code[stage]
        return (self.mapping == "name" and entry.process_by_name) or entry.process or ""

    def stage_for(self, trigger: str) -> str | None:
        """The stage that a trigger leads to."""
        return next((entry.stage for entry in self.stages if trigger in entry.trigger), None)
