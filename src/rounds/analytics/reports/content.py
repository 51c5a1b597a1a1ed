"""What a section says, as plain data: figures that lead to their metric, sentences whose numbers are links, tables.

`plain` of these is what is archived; nothing in it is markup.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Named:
    """What a record is called, or what somebody wrote in it: kept apart in the archive, so that a person can be erased from it."""

    text: str
    url: str = ""


Word = str | tuple[str, str] | Named
"""A piece of a sentence or a cell: text of ours, (text, address), or the words of a record."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A number: what it is (`metric`), of which period, over how many rows, what it was before, and what its target says."""

    metric: str
    title: str
    says: str
    value: float | None
    unit: str
    state: str
    n: int
    period: str
    url: str
    was: str = ""
    target: str = ""
    status: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table; `deal`: the opportunity it names, shown only to who still sees it; `account`: whom it is about."""

    cells: tuple[Word, ...]
    deal: str = ""
    account: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """A table; `left_out`: how many rows it would have had beside."""

    heads: tuple[str, ...]
    rows: tuple[Row, ...]
    left_out: int = 0


@dataclass(frozen=True, slots=True)
class Filled:
    """What a section says. `sentences` name no customer: a mail may carry them."""

    sentences: tuple[tuple[Word, ...], ...] = ()
    figures: tuple[Figure, ...] = ()
    tables: tuple[Table, ...] = ()

    def plain(self, code: str, title: str) -> dict[str, Any]:
        return {"section": code, "title": title, **asdict(self)}

