"""DuckDB macros shared by the sources: text that means nothing, CCNs, numbers, dates, ZIPs."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa

    from .source import Source

MACROS = r"""
create macro words(x) as nullif(trim(regexp_replace(x, '\s+', ' ', 'g')), '');
create macro said(x) as case when upper(words(x)) in
    ('NOT AVAILABLE', 'N/A', '#N/A', 'NA', 'NAN', 'NULL', 'NONE', '.', '-', '--') then null else words(x) end;
create macro digits(x) as regexp_replace(regexp_replace(said(x), '^="?(.*?)"?$', '\1'), '^''|[.]0+$', '', 'g');
create macro padded(x, size) as case when length(x) < size then lpad(x, size, '0') else x end;
create macro ccn_of(x) as case when regexp_full_match(upper(padded(digits(x), 6)), '[0-9]{2}[0-9A-Z]{4}')
    then upper(padded(digits(x), 6)) end;
create macro zip_of(x) as case when regexp_full_match(padded(regexp_extract(digits(x), '^[0-9]+'), 5), '[0-9]{5}')
        then padded(regexp_extract(digits(x), '^[0-9]+'), 5)
    when regexp_full_match(regexp_extract(digits(x), '^[0-9]+'), '[0-9]{8,9}')
        then left(padded(regexp_extract(digits(x), '^[0-9]+'), 9), 5) end;
create macro number_of(x) as try_cast(regexp_replace(regexp_replace(said(x), '^[(](.*)[)]$', '-\1'), '[$, ]', '', 'g')
    as double);
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


def clean(source: Source, raw: pa.Table, connection: duckdb.DuckDBPyConnection) -> pa.Table:
    """The source's columns out of its raw text (`row_no` counts data rows from 1)."""
    connection.register("raw", raw)
    try:
        return connection.sql(source.clean).to_arrow_table()
    finally:
        connection.unregister("raw")
