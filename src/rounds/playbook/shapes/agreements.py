"""Agreements: when their end is told, what a BAA must say, whose breach clock is shortest, which doors it opens."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from rounds.playbook.shapes.base import Cited, Code, Several, Shape

Words = Literal["block", "warn"]


class Ahead(Cited):
    """Days before an end at which it is told."""

    days: Annotated[tuple[Annotated[int, Field(ge=1, le=3650)], ...], Several]


class Element(Cited):
    """One thing a BAA must say, with its paragraph."""

    element: Code
    title: str
    rule: str


class Elements(Shape):
    """`missing`: what a missing element does to our doors; `unread`: what an agreement nobody has read through does."""

    missing: Words
    unread: Words
    required: Annotated[tuple[Element, ...], Several]

    @property
    def titles(self) -> dict[str, str]:
        return {one.element: one.title for one in self.required}


class Law(Cited):
    """Within how many days of discovery a business associate tells whose data it was."""

    days: Annotated[int, Field(ge=1, le=365)]
    many_from: Annotated[int, Field(ge=1)] | None = None


class Breach(Shape):
    federal: Law
    states: dict[Annotated[str, Field(pattern=r"^[A-Z]{2}$")], Law]


class Return(Cited):
    """Days after its last day within which patient data is returned or destroyed."""

    days: Annotated[int, Field(ge=1, le=365)]


class DataDoor(Cited):
    """A door of ours that patient data comes through. `closes`: without a BAA in force it is shut at once."""

    title: str
    closes: bool


class Agreements(Shape):
    rule: str
    title: str
    zone: str
    told_before: Ahead
    baa_told_before: Ahead
    elements: Elements
    breach: Breach
    phi_return: Return
    doors: dict[Code, DataDoor]
