"""Trust: what looks like patient data in a text, and the days a law gives to answer the people in the data."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from rounds.playbook.shapes.base import Cited, Code, Several, Shape

Check = Literal["ssn", "name", "born"]
Words = Annotated[tuple[Annotated[str, Field(min_length=1, max_length=40)], ...], Several]


class Length(Cited):
    """A number of characters."""

    value: Annotated[int, Field(ge=1, le=1_000_000)]
    unit: Literal["characters"]


class Years(Cited):
    first: Annotated[int, Field(ge=1880, le=2100)]
    last: Annotated[int, Field(ge=1880, le=2100)]


class Pattern(Shape):
    """One regular expression. `near`: one of these words stands close by; `unless`: none of these does."""

    match: Annotated[str, Field(min_length=3, max_length=1500)]
    near: Words = ()
    unless: Words = ()
    checks: Annotated[tuple[Check, ...], Several] = ()


class PhiKind(Cited):
    """One kind of finding. `title` is what a reader is told: "a date of birth"."""

    title: str
    confidence: Literal["certain", "likely", "possible"]
    mode: Literal["refuse", "hold"]
    checks: Annotated[tuple[Check, ...], Several] = ()
    patterns: Annotated[tuple[Pattern, ...], Several]


class NotNames(Cited):
    words: Words


class Phi(Shape):
    rule: str
    title: str
    longest: Length
    window: Length
    overlap: Length
    reach: Length
    born: Years
    parts: dict[Code, str]
    kinds: dict[Code, PhiKind]
    not_names: NotNames

    def __hash__(self) -> int:
        return id(self)  # read once, kept frozen: what was compiled for it is found again

    def expanded(self, pattern: Pattern) -> str:
        """The regular expression with every part in its place."""
        text = pattern.match
        for name, part in self.parts.items():
            text = text.replace("{" + name + "}", part)
        return text


class Law(Cited):
    """One privacy law. `days` to answer, and `longer` more days once, where the law allows it with a word to the person."""

    title: str
    days: Annotated[int, Field(ge=1, le=365)]
    longer: Annotated[int, Field(ge=0, le=365)] = 0
    since: str
    """The day it took effect, YYYY-MM-DD."""


class SubjectLaw(Shape):
    rule: str
    title: str
    laws: dict[Code, Law]
    otherwise: Code
    """The law of a person whose state has none."""
