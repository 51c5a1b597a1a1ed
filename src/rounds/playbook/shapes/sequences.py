"""Sequences with their steps, and the texts they send."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from rounds.playbook.shapes.automation import Condition
from rounds.playbook.shapes.base import Cited, Code, Several, Shape

Words = Annotated[tuple[str, ...], Several]
Whole = Annotated[int, Field(ge=0, le=100_000)]
Stop = Literal["reply", "meeting", "unsubscribe", "bounce", "stage", "disqualified", "colleague", "system", "left"]


class SequenceStep(Shape):
    """One step. Its place is a `day`, or a `week`, as the sequence counts; a `wait` and a `branch` send nothing.

    `off`: a placeholder that is not done. `if`: asked when it is due; what does not hold is passed over with its reason.
    `then`/`otherwise` of a branch: the code of a later step, or `end`.
    """

    step: Code
    title: str
    do: Literal["email", "call", "linkedin", "video", "wait", "branch"]
    day: Annotated[int, Field(ge=0, le=730)] | None = None
    week: Annotated[int, Field(ge=1, le=104)] | None = None
    template: Code | None = None
    off: bool = False
    if_: Annotated[Condition | None, Field(alias="if")] = None
    then: Code | None = None
    otherwise: Code | None = None

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if (self.day is None) == (self.week is None):
            raise ValueError("needs a day or a week, one of them")
        if self.do == "branch" and (self.if_ is None or (self.then or self.otherwise) is None):
            raise ValueError("a branch asks something (if:) and says where it leads (then:, otherwise:)")
        if self.do != "branch" and (self.then or self.otherwise):
            raise ValueError("only a branch leads elsewhere")
        return self

    @property
    def sends(self) -> bool:
        """Whether it reaches the person: not a wait, not a branch, no placeholder."""
        return not self.off and self.do not in ("wait", "branch")


class Sequence(Cited):
    """A sequence: `state` draft may be read and tried, never enrolled in. `day_base` 1: the first day is day 1; 0: day 1
    is the day after. `again_days`: how long after its end the same person may be enrolled again; none: never."""

    rule: str
    title: str
    family: Code
    state: Literal["ready", "draft"] = "ready"
    purpose: Literal["commercial", "service"] = "commercial"
    anchor: Literal["enrolment", "demo"] = "enrolment"
    day_base: Literal[0, 1]
    placeholders: Literal["shown", "left_out"] = "shown"
    exclusive: bool = True
    again_days: Whole | None = None
    stops: Annotated[tuple[Stop, ...], Several]
    steps: Annotated[tuple[SequenceStep, ...], Several]

    @property
    def code(self) -> str:
        return self.rule.removeprefix("sequences/")


class Variant(Shape):
    """One way to say it; `share` of the enrolments get it, in parts of the sum."""

    variant: Code
    share: Annotated[int, Field(ge=0, le=1000)]
    subject: str = ""
    text: str


class Template(Cited):
    """A text with places such as {{contact.first_name}}. `personas`, `plays`: whom it is meant for; none: for all."""

    template: Code
    title: str
    channel: Literal["email", "linkedin", "video", "call"]
    subject: str = ""
    text: str = ""
    personas: Words = ()
    plays: Words = ()
    variants: Annotated[tuple[Variant, ...], Several] = ()
    assets: Words = ()
    """Names of assets of the content library, given as links at the end."""

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if bool(self.text) == bool(self.variants):
            raise ValueError("has one text, or variants")
        if self.channel == "email" and not all(one.subject for one in self.ways):
            raise ValueError("an e-mail needs a subject")
        return self

    @property
    def ways(self) -> tuple[Variant, ...]:
        """Every way to say it; one that is not tried against another is called `a`."""
        return self.variants or (Variant(variant="a", share=1, subject=self.subject, text=self.text),)
