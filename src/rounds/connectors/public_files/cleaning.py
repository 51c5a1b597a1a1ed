"""What all sources share: text that means nothing, and DuckDB macros for CCNs, numbers, dates, ZIPs."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

    from .source import Source

MACROS = r"""
create macro said(x) as x;
create macro digits(x) as case when regexp_full_match(x, '[0-9]*') then x
    else regexp_replace(regexp_replace(x, '^="?(.*?)"?$', '\1'), '^''|[.]0+$', '', 'g') end;
create macro padded(x, size) as case when length(x) < size then lpad(x, size, '0') else x end;
create macro as_ccn(x) as case when regexp_full_match(x, '[0-9]{2}[0-9A-Z]{4}') then x end;
create macro ccn_of(x) as as_ccn(upper(padded(digits(x), 6)));
create macro as_zip(x) as case when length(x) between 1 and 5 then padded(x, 5)
    when length(x) in (8, 9) then left(padded(x, 9), 5) end;
create macro zip_of(x) as as_zip(regexp_extract(digits(x), '^[0-9]+'));
create macro number_of(x) as coalesce(try_cast(x as double),
    try_cast(regexp_replace(regexp_replace(x, '^[(](.*)[)]$', '-\1'), '[$, ]', '', 'g') as double));
create macro whole_of(x) as try_cast(round(number_of(x)) as bigint);
create macro day_of(x) as try_cast(coalesce(try_strptime(said(x), '%m/%d/%Y'), try_strptime(said(x), '%Y-%m-%d'),
    try_strptime(left(said(x), 10), '%Y-%m-%d'), try_strptime(left(said(x), 10), '%Y/%m/%d')) as date);
create macro state_of(x) as case when regexp_full_match(upper(said(x)), '[A-Z]{2}') then upper(said(x)) end;
create macro yes_of(x) as case when lower(said(x)) in ('y', 'yes', 'true', '1', '1.0') then true
    when lower(said(x)) in ('n', 'no', 'false', '0', '0.0') then false end;
"""


def engine() -> duckdb.DuckDBPyConnection:
    """A DuckDB in memory, without access to files or network, with the macros."""
    import duckdb

    connection = duckdb.connect(":memory:", config={"threads": 2})
    connection.execute("set enable_external_access = false")
    connection.execute(MACROS)
    return connection


NOTHING = ("", "NOT AVAILABLE", "N/A", "#N/A", "NA", "NAN", "NULL", "NONE", ".", "-", "--")
"""What the agencies write where they know nothing."""


def said(column: pa.ChunkedArray | pa.Array) -> pa.ChunkedArray | pa.Array:
    """Trimmed text, single blanks, null where the words mean nothing."""
    import pyarrow as pa
    import pyarrow.compute as pc

    trimmed = pc.utf8_trim_whitespace(column)
    if pc.any(pc.match_substring_regex(trimmed, r"\s\s|[\t\n\r]")).as_py():
        trimmed = pc.replace_substring_regex(trimmed, r"\s+", " ")
    empty = pc.is_in(pc.utf8_upper(trimmed), value_set=pa.array(NOTHING))
    return pc.if_else(empty, pa.scalar(None, pa.string()), trimmed)


def clean(source: Source, raw: pa.Table, connection: duckdb.DuckDBPyConnection) -> pa.Table:
    """The source's columns out of its raw text (`row_no` counts data rows from 1)."""
    import pyarrow as pa

    texts = {name: said(raw[name].cast(pa.string())) if name != "row_no" else raw[name] for name in raw.column_names}
    connection.register("raw", pa.table(texts))
    try:
        return connection.sql(source.clean).to_arrow_table()
    finally:
        connection.unregister("raw")
