"""Contracts: what they must settle, how they are reviewed, what stands before they are executed, which kinds there are."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from rounds.playbook.shapes.base import Cited, Code, Several, Shape

State = Literal["not_started", "in_review", "agreed", "waived", "na"]
Stands = Literal["block", "warn"]


class PaperItem(Shape):
    item: Code
    title: str


class NeedsLegal(Cited):
    states: Annotated[tuple[State, ...], Several]


class ItemGroup(Cited):
    group: Code
    title: str
    items: Annotated[tuple[PaperItem, ...], Several]


class LegalChecklist(Shape):
    rule: str
    title: str
    needs_legal: NeedsLegal
    groups: Annotated[tuple[ItemGroup, ...], Several]

    @property
    def titles(self) -> dict[str, str]:
        """The title of each item by its code."""
        return {one.item: one.title for group in self.groups for one in group.items}

    @property
    def group_of(self) -> dict[str, str]:
        return {one.item: group.group for group in self.groups for one in group.items}


class ReviewClock(Cited):
    weeks_from: Annotated[int, Field(ge=1, le=52)]
    weeks_to: Annotated[int, Field(ge=1, le=52)]


class ReviewStep(Cited):
    step: Code
    title: str
    whose: Literal["ours", "theirs", "both"]
    due_weeks: Annotated[int, Field(ge=1, le=52)]
    items: Annotated[tuple[PaperItem, ...], Several]


class Execution(Cited):
    approval: Stands
    checklist: Stands
    issues: Stands
    approval_by: Literal["any", "customer", "ours", "both"]


class LegalReview(Shape):
    rule: str
    title: str
    clock: ReviewClock
    steps: Annotated[tuple[ReviewStep, ...], Several]
    execution: Execution

    def step(self, code: str) -> ReviewStep:
        """The step of that code. Raises KeyError."""
        found = {one.step: one for one in self.steps}
        return found[code]


class ContractKind(Cited):
    """`closes`: its execution is what a deal is won by."""

    title: str
    closes: bool


class Renewal(Cited):
    notice_days: Annotated[int, Field(ge=1, le=730)]


class Files(Cited):
    megabytes: Annotated[int, Field(ge=1, le=50)]


class ContractBook(Shape):
    rule: str
    title: str
    kinds: dict[Code, ContractKind]
    renewal: Renewal
    files: Files
