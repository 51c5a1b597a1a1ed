"""Reading files of records: how much is taken, which words headers use, whose exports are recognised."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from rounds.playbook.shapes.base import Cited, Code, Several, Shape

Words = Annotated[tuple[str, ...], Several]
Whole = Annotated[int, Field(ge=1)]


class Limits(Cited):
    """What one file may hold. `ratio`: how many times its size a packed sheet may unpack to."""

    megabytes: Whole
    rows: Whole
    columns: Whole
    characters: Whole
    """Of one cell."""
    ratio: Whole
    unpacked_megabytes: Whole
    seconds: Whole
    """Of reading it."""


class Chunks(Cited):
    rows: Annotated[int, Field(ge=1, le=5000)]
    lanes: Annotated[int, Field(ge=1, le=2)] = 1
    """Two at the most: a chunk counts what the one before it gave, and only that may be uncommitted."""


class Few(Cited):
    """How many rows somebody imports who may not import many."""

    rows: Whole


class Undo(Cited):
    days: Whole


class Alike(Cited):
    """From how many points of the rule of duplicates on a new row is asked about."""

    at_least: Annotated[int, Field(ge=50, le=100)]


class Exported(Shape):
    """One kind of file another system writes: known by `knows` (all of these headers), and what its columns mean."""

    object: str
    noun: Code
    knows: Words
    columns: dict[str, str] = {}
    values: dict[str, dict[str, str]] = {}
    match: Words = ()


class System(Cited):
    title: str
    exports: Annotated[tuple[Exported, ...], Several]


class Imports(Shape):
    limits: Limits
    chunk: Chunks
    few: Few
    undo: Undo
    alike: Alike
    words: dict[Code, dict[str, Words]]
    """Noun → field → further words a header may use for it."""
    systems: dict[Code, System]
