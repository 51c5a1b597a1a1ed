"""CSV bytes → a table of text with known column names, or a sentence that names the row at fault."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING

from .complaints import Foreign, Hostile, Torn
from .limits import Limits
from .source import Source, plain

if TYPE_CHECKING:
    import pyarrow as pa


def headers(beginning: str, limits: Limits) -> list[str]:
    """The header row in plain form. Raises Foreign when the first line is no header of a table."""
    try:
        first = next(csv.reader(io.StringIO(beginning[: limits.cell_bytes])), [])
    except csv.Error as problem:
        raise Foreign(f"its first line is no header ({problem})") from problem
    return [plain(name) for name in first]


def raw_table(source: Source, text: str, name: str, limits: Limits) -> pa.Table:
    """All wanted columns of `source` as text, plus `row_no`; lacking optional columns are null.

    Raises Torn for a row with too few or too many columns or an unclosed quote, Hostile beyond the caps.
    """
    import pyarrow as pa

    found = headers(text, limits)
    if len(found) > limits.columns:
        raise Hostile(f"{name} has {len(found):,} columns; no public file has more than {limits.columns:,}.")
    table = _parse(text, len(found), name, limits)
    if not table.num_rows:
        raise Torn(f"{name} has a header and no rows: the download broke off. Download it again.")
    if table.num_rows > limits.rows:
        raise Hostile(f"{name} has {table.num_rows:,} rows; the most we read is {limits.rows:,}.")
    columns: dict[str, pa.ChunkedArray | pa.Array] = {}
    for wanted, forms in {**source.columns, **source.optional}.items():
        place = next((found.index(form) for form in forms if form in found), None)
        columns[wanted] = pa.nulls(table.num_rows, pa.string()) if place is None else table.column(f"c{place}")
    columns["row_no"] = pa.array(range(1, table.num_rows + 1), pa.int64())
    return pa.table(columns)


def _parse(text: str, width: int, name: str, limits: Limits) -> pa.Table:
    import pyarrow as pa
    import pyarrow.csv as arrow_csv

    faults: list[tuple[int, int]] = []

    def notice(row: arrow_csv.InvalidRow) -> str:
        faults.append((row.number or 0, row.actual_columns))
        return "error" if len(faults) > 1 else "skip"

    names = [f"c{place}" for place in range(width)]
    try:
        table = arrow_csv.read_csv(
            pa.BufferReader(text.encode()),
            read_options=arrow_csv.ReadOptions(
                use_threads=False, column_names=names, skip_rows=1, block_size=16 * limits.cell_bytes
            ),
            parse_options=arrow_csv.ParseOptions(newlines_in_values=True, invalid_row_handler=notice),
            convert_options=arrow_csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False
            ),
        )
    except pa.ArrowInvalid as problem:
        if not faults:
            raise Torn(
                f"{name} cannot be read as a table ({str(problem).splitlines()[0][:160]}). Download it again."
            ) from problem
        table = None
    if faults:
        raise Torn(_torn_row(name, *faults[0], width))
    if table is None or text.count('"') % 2:
        raise Torn(f"{name} ends inside a quoted text: the download was cut short. Download it again.")
    return table


def _torn_row(name: str, number: int, actual: int, width: int) -> str:
    where = f"row {number}" if number else "one row"
    if actual < width:
        return (
            f"{name}: {where} has {actual} of {width} columns, as when a download is cut short. Nothing of "
            "the file was used: download it again."
        )
    return (
        f"{name}: {where} has {actual} columns where the header names {width}, as when a comma inside a text "
        "was not quoted. Nothing of the file was used: download it again or mend that row."
    )
