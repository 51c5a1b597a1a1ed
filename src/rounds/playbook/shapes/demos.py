"""Demonstrations: types, preparation, guide, feedback."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from rounds.playbook.shapes.base import Cited, Code, Several, Shape, Share

Words = Annotated[tuple[str, ...], Several]
Days = Annotated[int, Field(ge=0, le=60)]


class DemoType(Cited):
    title: str
    minutes: Annotated[int, Field(ge=10, le=480)]
    shows: Words
    needs: Words


class Suggestion(Cited):
    by_group: dict[str, Code]
    otherwise: Code
    clinical_roles: Words


class Before(Shape):
    code: Code
    title: str
    days_before: Days


class After(Shape):
    code: Code
    title: str
    days_after: Days


class Preparation(Cited):
    tasks: Annotated[tuple[Before, ...], Several]


class FollowUp(Cited):
    tasks: Annotated[tuple[After, ...], Several]


class Late(Cited):
    """How many days after it took place a demo nobody booked may still be written down."""

    days: Days


class GuideItem(Shape):
    code: Code
    title: str


class Guide(Cited):
    items: Annotated[tuple[GuideItem, ...], Several]


class Scale(Shape):
    low: int
    high: int


class Feedback(Cited):
    scale: Scale
    positive_mean: Annotated[float | int, Field(ge=0, le=100)]
    intents: dict[Code, str]


class SaidOnce(Cited):
    says: str


class Target(Cited):
    value: Share


class Targets(Shape):
    demo_to_poc: Target
    demo_to_close: Target


class StandardDemo(Cited):
    """The demo of those who get no customized one. `needs_preparation`: the preparation that is still done."""

    tiers: Annotated[tuple[int, ...], Several]
    type: Code
    title: str
    needs_preparation: Annotated[tuple[Code, ...], Several]


class Demos(Shape):
    rule: str
    title: str
    types: dict[Code, DemoType]
    suggestion: Suggestion
    preparation: Preparation
    guide: Guide
    after: FollowUp
    feedback: Feedback
    late: Late
    recording: SaidOnce
    targets: Targets
    programme: StandardDemo
