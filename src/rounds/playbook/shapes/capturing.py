"""Capture: which mail of a connected mailbox is kept, and how it is read (PLUS-31)."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from rounds.playbook.shapes.base import Cited, Several, Shape

Words = Annotated[tuple[str, ...], Several]
Some = Annotated[int, Field(ge=1, le=100_000)]


class Seconds(Cited):
    seconds: Some


class Waits(Cited):
    """Seconds until it is tried again, after the first failure, the second, …"""

    seconds: Annotated[tuple[Some, ...], Several]


class Mails(Cited):
    mails: Annotated[int, Field(ge=1, le=1_000)]


class Past(Cited):
    days: Annotated[int, Field(ge=1, le=3_660)]


class Length(Cited):
    characters: Some


class Domains(Cited):
    domains: Words


class Names(Cited):
    names: Words


class Marks(Cited):
    sensitivity: Words


class Capture(Shape):
    rule: str
    title: str
    every: Seconds
    batch: Mails
    turn: Seconds
    first: Past
    fresh: Past
    """Mail older than this is history: kept and shown, but nothing follows from it."""
    longest: Length
    again: Waits
    """After the last its owner is told; from then on `broken` says when, its last one again and again."""
    broken: Waits
    copied: Mails
    free_mail: Domains
    machines: Names
    private: Marks
