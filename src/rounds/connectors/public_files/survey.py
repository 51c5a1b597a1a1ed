"""A folder of downloads → what it holds, what it lacks, what had to be refused, and the tables themselves."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from rounds.kit import clock

from . import opening
from .catalogue import BY_NAME, SOURCES
from .cleaning import clean, engine
from .complaints import FileRefused, Foreign
from .limits import DEFAULT, Limits
from .reading import marked, read
from .source import Found

if TYPE_CHECKING:
    import pyarrow as pa


class NoSuchFolder(FileRefused):
    """There is no folder of that name."""


@dataclass(frozen=True, slots=True)
class Survey:
    """What a folder holds.

    found    the files used: newest of each kind, all years of cost reports and general information
    lacking  sentences: which file is not there and what stays empty without it
    refused  (path, sentence): torn, wrong or hostile; a load must stop at these
    skipped  (path, sentence): not ours, a second copy, or older than the one used
    """

    found: tuple[Found, ...]
    lacking: tuple[str, ...]
    refused: tuple[tuple[str, str], ...]
    skipped: tuple[tuple[str, str], ...] = ()

    def of(self, source: str) -> tuple[Found, ...]:
        """The files of one source, newest first."""
        return tuple(sorted((f for f in self.found if f.source == source), key=_newness, reverse=True))

    @property
    def fingerprint(self) -> tuple[str, ...]:
        """The hashes of what was found: the same folder gives the same."""
        return tuple(sorted(f.sha256 for f in self.found))

    def tables(self) -> dict[str, pa.Table]:
        """One table a key of the catalogue, empty where nothing was found; `general` and `cost_report` hold
        several files, told apart by `file`, `as_of` and, for general, `newest`."""
        import pyarrow as pa

        parts: dict[str, list[pa.Table]] = {}
        for one in self.found:
            if one.table is None:
                continue
            table = one.table
            if one.source == "general":
                newest = one is self.of("general")[0]
                table = table.append_column("newest", pa.repeat(pa.scalar(newest), table.num_rows))
            parts.setdefault(BY_NAME[one.source].key, []).append(table)
        full = {key: pa.concat_tables(some, promote_options="permissive") for key, some in parts.items()}
        return {**empty_tables(), **full}


def _newness(one: Found) -> tuple[int, date, int, str]:
    """Later layout, then later date, then more rows, then the path so that the order never wavers."""
    return one.layout, one.as_of, one.rows, one.path


def survey(folder: Path | str, *, at: date | None = None, limits: Limits = DEFAULT) -> Survey:
    """Read a folder, nested or flat, file names as they come. `at` is the day of the load (today unless told).

    Raises NoSuchFolder for a folder that is not there; everything wrong with a single file is in `refused`.
    """
    root = Path(folder).expanduser()
    if not root.is_dir():
        raise NoSuchFolder(f"There is no folder {root}. Give the folder that holds the downloaded public files.")
    at = at or clock.today()
    found: list[Found] = []
    refused: list[tuple[str, str]] = []
    skipped: list[tuple[str, str]] = []
    connection = engine()
    try:
        for path, warning in opening.walk(root, limits):
            shown = os.path.relpath(path, root.resolve())
            if warning:
                refused.append((shown, warning))
                continue
            try:
                found.append(read(path, shown, limits, connection, at))
            except Foreign as other:
                skipped.append((shown, str(other)))
            except FileRefused as problem:
                refused.append((shown, str(problem)))
            except OSError as problem:
                refused.append((shown, f"{path.name} cannot be opened: {problem.strerror or problem}."))
    finally:
        connection.close()
    kept, left = _choose(found)
    have = {BY_NAME[one.source].name for one in kept}
    lacking = tuple(f"No {source.title}: {source.fills} stay empty." for source in SOURCES if source.name not in have)
    return Survey(tuple(kept), lacking, tuple(refused), tuple(skipped + left))


def _choose(found: list[Found]) -> tuple[list[Found], list[tuple[str, str]]]:
    """Newest of each kind, or all where years belong together; a second copy is never used twice."""
    kept: list[Found] = []
    left: list[tuple[str, str]] = []
    for name, source in BY_NAME.items():
        ordered = sorted((one for one in found if one.source == name), key=_newness, reverse=True)
        seen: dict[str, str] = {}
        for place, one in enumerate(ordered):
            if one.sha256 in seen:
                left.append((one.path, f"the same file as {seen[one.sha256]}"))
            elif place and not source.every_file:
                left.append((one.path, f"older than {ordered[0].path}, which is used"))
            else:
                seen[one.sha256] = one.path
                kept.append(one)
    return kept, left


@cache
def empty_tables() -> dict[str, pa.Table]:
    """A table of the right columns and no rows for every key, so that joins need no special case."""
    import pyarrow as pa

    empty: dict[str, pa.Table] = {}
    connection = engine()
    for source in SOURCES:
        names = [*source.columns, *source.optional] or _json_columns(source.clean)
        raw = pa.table({**{name: pa.array([], pa.string()) for name in names}, "row_no": pa.array([], pa.int64())})
        table = marked(clean(source, raw, connection), source, "", date.min)
        if source.key == "general":
            table = table.append_column("newest", pa.array([], pa.bool_()))
        empty.setdefault(source.key, table)
    connection.close()
    return empty


def _json_columns(clean_sql: str) -> list[str]:
    """Raw columns a JSON source's SELECT may read."""
    return [
        name
        for name in ("organization", "zip", "state", "url", "developer", "product", "number", "status", "certified")
        if name in clean_sql
    ]
