"""One file: recognise it by its content, read it, make it clean, say how new it is."""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from . import delimited, opening
from .catalogue import SOURCES
from .cleaning import clean
from .complaints import FileRefused, Foreign, Hostile, Torn
from .limits import Limits
from .source import Found, Source

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

NEAR = 0.7
NEAR_COLUMNS = 4
DAY_IN_NAME = re.compile(r"(?<!\d)(20\d\d)(?:[-_.]?(0[1-9]|1[0-2])(?:[-_.]?([0-2]\d|3[01]))?)?(?!\d)")


def recognise(path: Path, limits: Limits) -> Source:
    """Which of our sources the file is, from its first bytes. Raises Foreign, or FileRefused for a near miss."""
    start = opening.beginning(opening.head(path)).lstrip()
    if not start:
        raise Foreign(f"{path.name} is empty")
    if "\x00" in start[:1024] and not start.isprintable():
        raise Foreign(f"{path.name} is no text")
    if start[0] in "{[":
        for source in SOURCES:
            if source.json_head and source.json_head(start):
                return source
        raise Foreign(f"{path.name} is JSON, but none we know")
    found = frozenset(delimited.headers(start, limits))
    fitting = [source for source in SOURCES if source.fits(found)]
    if fitting:
        return max(fitting, key=lambda source: len(source.columns))
    _refuse_near_miss(path, found)
    raise Foreign(f"{path.name} does not have the columns of any public file we know")


def _refuse_near_miss(path: Path, found: frozenset[str]) -> None:
    """A file that is nearly ours must not pass as unknown: the publisher changed it, or a column was cut off."""
    for source in SOURCES:
        lacks = source.lacks(found)
        has = len(source.columns) - len(lacks)
        if has >= NEAR_COLUMNS and has >= NEAR * len(source.columns):
            raise FileRefused(
                f"{path.name} looks like {source.title} but has no column {' nor '.join(lacks)}. Download the "
                "publisher's own file, or put the column back."
            )


def read(path: Path, shown: str, limits: Limits, connection: duckdb.DuckDBPyConnection, at: date) -> Found:
    """The recognised file as a clean table with `source`, `file`, `as_of` on every row."""
    source = recognise(path, limits)
    raw = opening.read(path, limits)
    text = opening.text(raw.data)
    table = clean(source, _rows(source, text, path.name, limits), connection)
    connection.register("clean", table)
    try:
        kept = connection.sql(f"select * from clean where {source.needs}").to_arrow_table()
        if not kept.num_rows:
            raise FileRefused(
                f"{path.name} has the columns of {source.title} but not one usable row. Download it again."
            )
        as_of = _as_of(source, connection, path, raw.modified, at)
    finally:
        connection.unregister("clean")
    layout = source.layout(frozenset(delimited.headers(text[: opening.HEAD], limits))) if source.columns else 0
    return Found(source.name, shown, kept.num_rows, as_of, raw.sha256, layout, marked(kept, source, shown, as_of))


def _rows(source: Source, text: str, name: str, limits: Limits) -> pa.Table:
    if source.json_rows is None:
        return delimited.raw_table(source, text, name, limits)
    import pyarrow as pa

    try:
        parsed: Any = json.loads(text)
        rows = source.json_rows(parsed)
    except RecursionError:
        raise Hostile(f"{name} is nested deeper than any public file. It was not read.") from None
    except ValueError as problem:
        raise Torn(
            f"{name} breaks off or is damaged at {getattr(problem, 'lineno', '?')}:"
            f"{getattr(problem, 'colno', '?')}: it is not complete JSON. Download it again."
        ) from problem
    except (AttributeError, TypeError, KeyError, IndexError) as problem:
        raise FileRefused(
            f"{name} is not built like {source.title} any more. Download the publisher's own file."
        ) from problem
    if len(rows) > limits.rows:
        raise Hostile(f"{name} has {len(rows):,} entries; the most we read is {limits.rows:,}.")
    if not rows:
        raise FileRefused(f"{name} is a bundle without one entry we can use. Download it again.")
    for number, row in enumerate(rows, 1):
        for key, value in row.items():
            row[key] = None if value is None else str(value)
        row["row_no"] = number  # type: ignore[assignment]
    return pa.Table.from_pylist(rows)


def _as_of(source: Source, connection: duckdb.DuckDBPyConnection, path: Path, modified: float, at: date) -> date:
    """How new: what the content says, else a date in the name, else the file's own date; never after `at`."""
    told = connection.sql(source.dated).fetchall() if source.dated else []
    if told and told[0][0]:
        return min(told[0][0], at)
    named = DAY_IN_NAME.search(path.name)
    if named:
        year, month, day = (int(part or 1) for part in named.groups())
        try:
            return min(date(year, month, day), at)
        except ValueError:
            return min(date(year, month, 1), at)
    return min(datetime.fromtimestamp(modified, UTC).date(), at)


def marked(table: pa.Table, source: Source, shown: str, as_of: date) -> pa.Table:
    """The table with `source`, `file` and `as_of` on every row."""
    import pyarrow as pa

    count = table.num_rows
    for name, value, kind in (
        ("source", source.name, pa.string()),
        ("file", shown, pa.string()),
        ("as_of", as_of, pa.date32()),
    ):
        table = table.append_column(name, pa.repeat(pa.scalar(value, kind), count))
    return table
