"""Keeping: retention and the compliance checks."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from rounds.playbook.shapes.base import Cited, Code, Several, Shape

Class = Literal["business", "contact", "evidence", "security", "working"]
Happens = Literal["keep", "delete", "drop_entries"]
Severity = Literal["critical", "high", "medium", "low"]
SIX_YEARS = 72
"""Months the law asks for: 45 CFR 164.316(b)(2)(i). `models/ground/retention.sql` counts them again."""
MONTH = 30.4375
"""Days of an average month: for saying how long, never for deciding what is due."""


class EvidenceFloor(Cited):
    """What nobody may keep evidence shorter than; it may be raised, never lowered."""

    months: Annotated[int, Field(ge=SIX_YEARS, le=1200)]


class Floor(Cited):
    months: Annotated[int, Field(ge=6, le=1200)]


class Floors(Shape):
    evidence: EvidenceFloor
    contact: Floor


class Chunk(Cited):
    rows: Annotated[int, Field(ge=100, le=5000)]


class Span(Cited):
    """A length of time in one unit."""

    minutes: Annotated[int, Field(ge=0, le=100_000)] = 0
    hours: Annotated[int, Field(ge=0, le=100_000)] = 0
    days: Annotated[int, Field(ge=0, le=100_000)] = 0

    @property
    def span(self) -> timedelta:
        return timedelta(minutes=self.minutes, hours=self.hours, days=self.days)


class KeepingRule(Cited):
    """How long one kind of record is kept. Neither months nor days: for good."""

    title: str
    of: Annotated[tuple[str, ...], Several]
    class_: Annotated[Class, Field(alias="class")]
    months: Annotated[int, Field(ge=1, le=1200)] | None = None
    days: Annotated[int, Field(ge=1, le=36_500)] | None = None
    counted_from: Annotated[tuple[Code, ...], Several] = ()
    happens: Happens

    @model_validator(mode="after")
    def _one_length(self) -> Self:
        timed = [length for length in (self.months, self.days) if length is not None]
        if self.happens == "keep" and timed:
            raise ValueError("is kept for good, so it takes neither months nor days")
        if self.happens != "keep" and len(timed) != 1:
            raise ValueError("needs months or days, one of them")
        return self

    @property
    def in_months(self) -> float:
        """How long, in months, for comparing with a floor."""
        return float(self.months) if self.months is not None else (self.days or 0) / MONTH


class Retention(Shape):
    rule: str
    title: str
    floors: Floors
    chunk: Chunk
    overdue_after: Span
    rules: dict[Code, KeepingRule]


class Target(Cited):
    percent: Annotated[int, Field(ge=1, le=100)]


class Limits(Shape):
    ran_within: Span
    key_older_than: Span
    anchor_older_than: Span
    unsealed_older_than: Span
    text_held_longer_than: Span
    token_unused_for: Span
    backup_older_than: Span
    person_unseen_for: Span


class Check(Cited):
    """One check: how bad its failing is, and whether the house is not compliant while it fails."""

    title: str
    group: Code
    severity: Severity
    stops: bool = False
    rule: str


class Checks(Shape):
    rule: str
    title: str
    target: Target
    limits: Limits
    checks: dict[Code, Check]
    groups: dict[Code, str]
