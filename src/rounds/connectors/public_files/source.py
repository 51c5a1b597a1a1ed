"""What one public file is: the shape by which it is recognised and how its text becomes clean columns."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow as pa


def plain(header: str) -> str:
    """A header without case, marks and spaces: "City/Town" → "city_town", "\\ufeffX" → "x"."""
    return re.sub(r"[^a-z0-9]+", "_", header.strip().lstrip("\ufeff").casefold()).strip("_")


@dataclass(frozen=True, slots=True)
class Source:
    """One kind of public file.

    key       name of the table it gives (`general`, `cost_report`, …); two sources may feed one table
    name      what claims call it (the key, unless told)
    title     what a person calls the file, with its publisher
    fills     what would stay empty without it, for the sentence about what is lacking
    columns   raw name → header forms under which the publisher wrote it over the years (already `plain`);
              all of them must be there for the file to be recognised
    optional  the same, for columns that may lack; they read as null
    clean     SELECT over `raw` (all text) giving the table's columns; macros of `cleaning.py`
    dated     SELECT one date over `clean`, where the content says how new it is
    needs     condition a row must meet; a file without one such row is refused
    layout    of the recognised header: a later layout beats any date in a name
    every_file  all files of the kind are kept (years of reports), not only the newest
    json_head, json_rows  for JSON: recognises the beginning; turns parsed JSON into rows of text
    """

    key: str
    title: str
    fills: str
    clean: str
    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    optional: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    dated: str | None = None
    layout: Callable[[frozenset[str]], int] = lambda headers: 0
    json_head: Callable[[str], bool] | None = None
    json_rows: Callable[[object], list[dict[str, str | None]]] | None = None
    needs: str = "true"
    every_file: bool = False
    label: str = ""

    @property
    def name(self) -> str:
        return self.label or self.key

    def fits(self, headers: frozenset[str]) -> bool:
        """Whether a CSV with these plain headers is this kind of file."""
        return bool(self.columns) and not self.lacks(headers)

    def lacks(self, headers: frozenset[str]) -> list[str]:
        """The needed columns that a CSV with these headers does not have."""
        return [forms[0] for forms in self.columns.values() if not any(form in headers for form in forms)]


@dataclass(frozen=True, slots=True)
class Found:
    """A recognised, read file. `rows` counts data rows; `as_of` is how new its content is."""

    source: str
    path: str
    rows: int
    as_of: date
    sha256: str
    layout: int = 0
    table: pa.Table | None = field(default=None, repr=False, compare=False)
