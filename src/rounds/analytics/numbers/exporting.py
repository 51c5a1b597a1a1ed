"""The tables of the metrics as Parquet files: what DuckDB and Spark read where PostgreSQL is not."""

from __future__ import annotations

from pathlib import Path

from django.db import connection

from rounds.analytics.metrics.tables import TABLES
from rounds.analytics.numbers.live import table
from rounds.kit.scope import Scope
from rounds.playbook import Playbook

CHUNK = 50_000


def write(folder: Path, scope: Scope, book: Playbook) -> dict[str, int]:
    """Write <table>.parquet for each table, the rows `scope` sees; table → rows."""
    folder.mkdir(parents=True, exist_ok=True)
    return {one.name: _write(folder / f"{one.name}.parquet", one.name, one.columns, scope, book) for one in TABLES}


def _write(path: Path, name: str, columns: dict[str, str], scope: Scope, book: Playbook) -> int:
    import ibis
    import pyarrow as pa
    import pyarrow.parquet as pq

    schema = ibis.schema(columns).to_pyarrow()
    sql, given = table(name, scope, book)
    rows = 0
    with pq.ParquetWriter(path, schema) as file, connection.cursor() as cursor:
        cursor.execute(sql, given)
        while chunk := cursor.fetchmany(CHUNK):
            file.write_table(pa.table([pa.array(column, type=kind.type) for column, kind in zip(zip(*chunk, strict=True), schema, strict=True)], schema=schema))
            rows += len(chunk)
    return rows
