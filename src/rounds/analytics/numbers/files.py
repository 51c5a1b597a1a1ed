"""The tables as Parquet files or as whatever DuckDB knows by their names: a simulated company, an export, a night's batch."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rounds.analytics.metrics.tables import BY_NAME
from rounds.analytics.numbers.pruning import Columns
from rounds.kit.scope import SYSTEM, Scope
from rounds.playbook import Playbook

if TYPE_CHECKING:
    import duckdb

SQL_TYPES = {"string": "VARCHAR", "int64": "BIGINT", "float64": "DOUBLE", "boolean": "BOOLEAN", "date": "DATE", "timestamp": "TIMESTAMP"}


@dataclass(frozen=True)
class Files:
    """DuckDB over `connection`, narrowed by `scope` in the expression itself."""

    connection: duckdb.DuckDBPyConnection
    book: Playbook
    scope: Scope = SYSTEM
    dialect: str = "duckdb"

    @property
    def narrows(self) -> Scope | None:
        """The Scope's ways to rows; hidden fields are no rows."""
        return replace(self.scope, hidden=frozenset(), unread=frozenset(self.scope.unread))

    def fetch(self, sql: str, used: Columns) -> list[tuple[Any, ...]]:
        return self.connection.execute(sql).fetchall()

    def kept_since(self) -> date | None:
        return self._first

    def chances_are_targets(self) -> bool | None:
        return None

    @cached_property
    def _first(self) -> date | None:
        return self.connection.execute('SELECT min("day") FROM "snapshots"').fetchone()[0]


def opened(folder: Path, book: Playbook, scope: Scope = SYSTEM) -> Files:
    """The tables of a folder: <table>.parquet each, or a folder <table>/ of parts; a table that has no file is empty."""
    import duckdb

    connection = duckdb.connect(":memory:")
    for name in BY_NAME:
        one, several = folder / f"{name}.parquet", folder / name
        if one.exists() or several.is_dir():
            place = str(one if one.exists() else several / "*.parquet").replace("'", "''")
            columns = ", ".join(f'"{column}"::{SQL_TYPES[kind]} AS "{column}"' for column, kind in BY_NAME[name].columns.items())
            connection.execute(f"CREATE VIEW \"{name}\" AS SELECT {columns} FROM read_parquet('{place}')")
        else:
            make_empty(connection, name)
    return Files(connection, book, scope)


def make_empty(connection: duckdb.DuckDBPyConnection, name: str) -> None:
    """A table without rows."""
    columns = ", ".join(f'"{column}" {SQL_TYPES[kind]}' for column, kind in BY_NAME[name].columns.items())
    connection.execute(f'CREATE TABLE "{name}" ({columns})')
