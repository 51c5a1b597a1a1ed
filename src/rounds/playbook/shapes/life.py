"""The life of a lead: its statuses and moves, and when it is qualified."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from rounds.playbook.shapes.base import Cited, Code, Number, Several, Shape, Share

Codes = Annotated[tuple[Code, ...], Several]


class Status(Cited):
    status: str
    meaning: str


class Move(Cited):
    """One step from a status to another. `may`: a permission it needs besides."""

    from_: str = Field(alias="from")
    to: str
    through: Literal["", "qualification", "conversion"] = ""
    reason: Literal["none", "said", "listed"] = "none"
    may: str = ""


class ListedReason(Shape):
    reason: Code
    title: str
    needs_words: bool = False


class Reasons(Cited):
    listed: Annotated[tuple[ListedReason, ...], Several]


class Lifecycle(Cited):
    value: Literal["MQL", "none"]
    bands: Codes
    title: str


class Statuses(Shape):
    rule: str
    title: str
    statuses: Annotated[tuple[Status, ...], Several]
    moves: Annotated[tuple[Move, ...], Several]
    reasons: Reasons
    lifecycle: Lifecycle

    @property
    def values(self) -> tuple[str, ...]:
        return tuple(entry.status for entry in self.statuses)

    def moves_from(self, status: str) -> dict[str, Move]:
        """Status → the move that leads there from `status`."""
        return {move.to: move for move in self.moves if move.from_ == status}


class Rate(Cited):
    rate: Share
    low: Share
    high: Share


class Days(Cited):
    value: Annotated[int, Field(ge=1)]


class StageNumber(Cited):
    value: Annotated[int, Field(ge=1, le=20)]


class Capacity(Cited):
    """US dollars by segment; `default` for one that is not named or not known."""

    usd: dict[str, Annotated[int, Field(ge=0)]]


class Need(Shape):
    at_least: Annotated[int, Field(ge=0, le=20)]
    flags_at_most: Annotated[int, Field(ge=0, le=20)]


class Reading(Cited):
    title: str
    counts: Literal["blockers", "all"]
    paths: bool
    bant: Need
    healthcare: Need
    dimensions: dict[Code, Need] = {}


class Indicator(Shape):
    item: Code
    title: str
    ask: str = ""


class Flag(Shape):
    item: Code
    title: str
    severity: Literal["blocker", "caution"]
    negates: Code | None = None


class FundingPath(Cited):
    """Another way to meet a dimension: all of these, and the flags it lifts count no longer."""

    title: str
    all: Codes
    lifts: Codes = ()


class Dimension(Cited):
    dimension: Code
    title: str
    kind: Literal["bant", "healthcare"]
    indicators: Annotated[tuple[Indicator, ...], Several]
    flags: Annotated[tuple[Flag, ...], Several]
    paths: Annotated[tuple[FundingPath, ...], Several] = ()


class Contradictions(Cited):
    pairs: Annotated[tuple[Annotated[tuple[Code, Code], Several], ...], Several]


class Besides(Shape):
    """What must hold as well before something is derived."""

    fact: Code
    at_least: Number
    or_unknown: bool = False


class Derivation(Cited):
    """An item that is true where a fact is on the list, or at least so much (`min_capacity`: of the lead's segment)."""

    item: Code
    fact: Code
    at_least: Number | Literal["min_capacity"] | None = None
    is_: Annotated[tuple[str | bool | int, ...], Several] | None = Field(None, alias="is")
    needs: Besides | None = None
    says: str


class StageGate(Cited):
    mode: Literal["block", "warn"]
    bant: bool
    stakeholders_at_least: Annotated[int, Field(ge=0, le=50)]
    items: Annotated[tuple[Indicator, ...], Several]


class Qualification(Shape):
    rule: str
    title: str
    framework: Literal["seven", "six"]
    reading: Literal["default", "strict"]
    healthcare: Literal["not_failed", "met", "advisory"]
    stale: Literal["ask_again", "keep"]
    stale_days: Days
    strict_from_stage: StageNumber
    min_capacity: Capacity
    expected: Rate
    readings: dict[Code, Reading]
    dimensions: Annotated[tuple[Dimension, ...], Several]
    six_leaves_out: Codes
    contradictions: Contradictions
    derivations: Annotated[tuple[Derivation, ...], Several]
    stage_1: StageGate

    @property
    def asked(self) -> tuple[Dimension, ...]:
        """The dimensions of the framework in force."""
        left_out = self.six_leaves_out if self.framework == "six" else ()
        return tuple(entry for entry in self.dimensions if entry.dimension not in left_out)

    @property
    def items(self) -> dict[str, Indicator | Flag]:
        """Everything one can answer, by its code: indicators, flags, and what is asked before a deal."""
        of = [item for entry in self.dimensions for item in (*entry.indicators, *entry.flags)]
        return {item.item: item for item in (*of, *self.stage_1.items)}
