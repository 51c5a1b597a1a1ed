"""A statement without the columns nobody asks it for: what Ibis writes names every column of a table at each step.

A database then reads and keeps no more than the numbers need, and plans a statement of a third of the length. Only done
while a template is compiled, so it costs a request nothing.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from rounds.analytics.metrics.tables import BY_NAME

Columns = dict[str, frozenset[str]]
"""Table → those of its columns that are read."""


def every(used: Iterable[str]) -> Columns:
    """The tables with all of their columns."""
    return {name: frozenset(BY_NAME[name].columns) for name in used}


def pruned(sql: str, dialect: str) -> tuple[str, Columns]:
    """The statement with only the columns it needs, and which those are of each table."""
    import sqlglot
    from sqlglot.optimizer.pushdown_projections import pushdown_projections
    from sqlglot.optimizer.qualify import qualify

    schema: dict[str, Any] = {name: dict(table.columns) for name, table in BY_NAME.items()}
    tree = qualify(sqlglot.parse_one(sql, dialect=dialect), schema=schema, dialect=dialect, quote_identifiers=True)
    tree = pushdown_projections(tree)
    return tree.sql(dialect=dialect), _read(tree)


def _read(tree: Any) -> Columns:
    from sqlglot import exp
    from sqlglot.optimizer.scope import traverse_scope

    found: dict[str, set[str]] = defaultdict(set)
    for scope in traverse_scope(tree):
        for name, source in scope.sources.items():
            if isinstance(source, exp.Table):
                found[source.name] |= {column.name for column in scope.source_columns(name)}
    return {name: frozenset(columns) for name, columns in found.items()}
