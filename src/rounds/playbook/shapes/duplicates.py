"""Duplicates: how alike two records must be to be one, and what speaks for it."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from rounds.playbook.shapes.base import Cited, Code, Several, Shape

Hundred = Annotated[int, Field(ge=0, le=100)]
Weight = Annotated[int, Field(ge=-100, le=100)]
Names = Literal["organization", "person"]
FIELDS = ("name", "email", "phone", "domain", "account", "organization", "title", "address", "city", "state", "zip", "ccn", "level", "part", "house_number", "first_name")
DERIVED = ("first_word", "last_name")
"""What a block may be made of besides a record's own fields."""
# `part` and `house_number` are read out of the name and the address: which campus or special house it is, and its number; `first_name` out of
# the name of a person.


class Group(Cited):
    """How sure one can be from a number of points on."""

    group: Code
    title: str
    at_least: Hundred


class Alike(Shape):
    """Points for each hundredth two texts are more alike than `from`, at most `most`, at least `least`."""

    from_: Annotated[Hundred, Field(alias="from")]
    a_point: Annotated[float, Field(gt=0, le=2)]
    most: Annotated[int, Field(ge=0, le=100)]
    least: Annotated[int, Field(ge=-100, le=0)]


class Evidence(Shape):
    """What one field says for or against: the same, different, or, for texts, how alike. Not known says nothing."""

    field: Literal[FIELDS]
    same: Weight = 0
    differ: Weight = 0
    alike: Alike | None = None

    @model_validator(mode="after")
    def _one_way(self) -> Self:
        if self.alike is not None and (self.same or self.differ):
            raise ValueError("is compared as a whole (same, differ) or by how alike it is (alike), not both")
        if self.alike is None and not self.same and not self.differ:
            raise ValueError("says nothing: give it same, differ or alike")
        return self


class Compared(Cited):
    """How records of one noun are compared: the kind of name, the evidence, and the blocks that bring them together.

    `alone`: what it takes away when nothing but the names speaks for a pair; `telling_only`: what names of
    organisations lose that are alike in their telling words only.
    """

    names: Names
    title: str
    telling_only: Annotated[int, Field(ge=-100, le=0)] = 0
    alone: Annotated[int, Field(ge=-100, le=0)] = 0
    evidence: Annotated[tuple[Evidence, ...], Several]
    blocks: Annotated[tuple[Annotated[tuple[Literal[FIELDS + DERIVED], ...], Several], ...], Several, Field(min_length=1)]


class LargestBlock(Cited):
    value: Annotated[int, Field(ge=2, le=5000)]
    beyond: Annotated[int, Field(ge=1, le=200)]


class ShortForms(Cited):
    names: dict[str, str]


class Parts(Cited):
    """Words that tell one house of a name from another: campuses, directions, special hospitals."""

    words: Annotated[tuple[str, ...], Several]


class Degrees(Cited):
    words: Annotated[tuple[str, ...], Several]


class Streets(Cited):
    words: dict[str, str]


class Duplicates(Cited):
    rule: str
    title: str
    groups: Annotated[tuple[Group, ...], Several, Field(min_length=1)]
    told_while_typing: Code
    largest_block: LargestBlock
    nouns: dict[Literal["account", "contact", "lead"], Compared]
    short_forms: ShortForms
    degrees: Degrees
    parts: Parts
    streets: Streets
