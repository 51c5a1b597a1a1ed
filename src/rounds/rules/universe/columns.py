"""A DuckDB in memory as a scratch table: the joins of the universe run here, nothing is kept."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import duckdb
    import pyarrow as pa


class Columns:
    """Tables by name, made by SQL from tables by name. Close it (or use `with`) when the join is done.

    One thread: sums and ties then fall the same way every time, so that a second load has nothing to write.
    """

    def __init__(self, tables: Mapping[str, pa.Table]) -> None:
        import duckdb

        self._connection: duckdb.DuckDBPyConnection = duckdb.connect(":memory:", config={"threads": 1})
        self._connection.execute("set enable_external_access = false")
        for name, table in tables.items():
            self.put(name, table)

    def __enter__(self) -> Columns:
        return self

    def __exit__(self, *unused: object) -> None:
        self._connection.close()

    def put(self, name: str, table: pa.Table) -> None:
        """Give a table a name."""
        self._connection.register(name, table)

    def put_rows(self, name: str, kinds: Mapping[str, str], rows: Sequence[Sequence[Any]]) -> None:
        """A small table of rows; `kinds` are column → SQL type."""
        import pyarrow as pa

        arrow = {"varchar": pa.string(), "double": pa.float64(), "integer": pa.int32()}
        held = list(zip(*rows, strict=True)) if rows else [[] for _ in kinds]
        self.put(
            name,
            pa.table(
                {
                    column: pa.array(list(values), arrow[kind])
                    for (column, kind), values in zip(kinds.items(), held, strict=True)
                }
            ),
        )

    def make(self, name: str, select: str) -> None:
        """Materialise a SELECT under a name."""
        self._connection.execute(f"create table {name} as {select}")

    def run(self, statement: str) -> None:
        self._connection.execute(statement)

    def get(self, select: str) -> pa.Table:
        """The answer of a SELECT as an Arrow table."""
        return self._connection.sql(select).to_arrow_table()

    def rows(self, select: str) -> list[tuple[Any, ...]]:
        return self._connection.sql(select).fetchall()

    def spelled(self, name: str, source: str, key: str, forms: Mapping[str, Callable[[Any], str | None]]) -> None:
        """A table `name` of (key, *forms): each distinct `key` of `source` in several spellings."""
        import pyarrow as pa

        words = [row[0] for row in self.rows(f"select distinct {key} from {source} where {key} is not null")]
        table = {key: pa.array(words, pa.string())}
        table |= {form: pa.array([spell(word) for word in words], pa.string()) for form, spell in forms.items()}
        self.put(name, pa.table(table))


def quoted(words: Sequence[str]) -> str:
    """Words as a SQL list of texts: ('a', 'b'); never empty."""
    return "(" + ", ".join("'" + word.replace("'", "''") + "'" for word in words or [""]) + ")"


def ladder(column: str, steps: Sequence[Any], value: str) -> str:
    """A CASE over floors (`at_least`, the first that holds) taking `value` of the step."""
    arms = "".join(
        f" when {column} >= {step.at_least} then {getattr(step, value)}"
        if step.at_least is not None
        else f" when {column} is not null then {getattr(step, value)}"
        for step in steps
    )
    return f"case{arms} end"


def as_json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
