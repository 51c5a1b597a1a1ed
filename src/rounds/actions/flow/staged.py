"""Rows in bulk: COPY into a staging table, then one statement that merges. Field history and search keep up,
because they hang on the tables' triggers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import connection, models

STAGE = "staged_rows"
PLAIN = "WITH (toast_tuple_target = 8160) ON COMMIT DROP"
"""What is staged is read once: long values are not compressed on the way."""


def insert(rows: Sequence[models.Model]) -> int:
    """Add `rows`, all of one model, with every column as the instances have it; how many."""
    if not rows:
        return 0
    fields = list(rows[0]._meta.concrete_fields)
    _stage(rows, fields)
    names = ", ".join(_quoted(field) for field in fields)
    return _run(f"INSERT INTO {_table(rows[0])} ({names}) SELECT {names} FROM {STAGE}")


def update(rows: Sequence[models.Model], names: Sequence[str]) -> int:
    """Write the fields `names` of `rows`, found by their key; how many."""
    if not rows:
        return 0
    meta = rows[0]._meta
    fields = [meta.get_field(name) for name in names]
    _stage(rows, [meta.pk, *fields])
    changes = ", ".join(f"{_quoted(field)} = s.{_quoted(field)}" for field in fields)
    key = _quoted(meta.pk)
    return _run(f"UPDATE {_table(rows[0])} r SET {changes} FROM {STAGE} s WHERE r.{key} = s.{key}")


def _stage(rows: Sequence[models.Model], fields: Sequence[models.Field]) -> None:
    """A temporary table of the columns' own types, filled by COPY (row security forbids COPY into the table)."""
    names = ", ".join(_quoted(field) for field in fields)
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS pg_temp.{STAGE}")
        cursor.execute(
            f"CREATE TEMPORARY TABLE {STAGE} {PLAIN} AS SELECT {names} FROM {_table(rows[0])} WITH NO DATA"
        )
        with cursor.copy(f"COPY {STAGE} ({names}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row([_value(row, field) for field in fields])


def _value(row: models.Model, field: models.Field) -> Any:
    value = field.pre_save(row, add=False)  # seals what is sealed, and its blind index
    return value if value is None else field.get_db_prep_save(value, connection)


def _run(statement: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        count = cursor.rowcount
        cursor.execute(f"DROP TABLE pg_temp.{STAGE}")
    return count


def _table(row: models.Model) -> str:
    return connection.ops.quote_name(row._meta.db_table)


def _quoted(field: models.Field) -> str:
    return connection.ops.quote_name(field.column)


def pour(model: type[models.Model], names: Sequence[str], rows: Iterable[Sequence[Any]], same: Mapping[str, Any], *,
         unless: str = "") -> int:  # fmt: skip
    """Add `rows`, tuples of the stored values of the columns `names` (JSON as text, sealed texts sealed); every other column
    is `same`'s value, else its field's default. With `unless` (a unique column), rows whose value stands already are passed over;
    it is not named to the database, which would then ask that whoever adds a row sees it. How many were added.

    For tens of thousands of rows: no instance is made of any.
    """
    rows = list(rows)  # made before the COPY: what makes them may ask the database, which then listens to nothing else
    table = connection.ops.quote_name(model._meta.db_table)
    fields = {field.attname: field for field in model._meta.concrete_fields}
    staged_ones = [fields[name] for name in names]
    rest = [field for name, field in fields.items() if name not in names]
    values = [_plain(field, same[field.attname] if field.attname in same else field.get_default()) for field in rest]
    columns = ", ".join(_quoted(field) for field in staged_ones)
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TABLE IF EXISTS pg_temp.{STAGE}")
        cursor.execute(f"CREATE TEMPORARY TABLE {STAGE} {PLAIN} AS SELECT {columns} FROM {table} WITH NO DATA")
        with cursor.copy(f"COPY {STAGE} ({columns}) FROM STDIN") as copy:
            for row in rows:
                copy.write_row(row)
        every = ", ".join([columns, *map(_quoted, rest)])
        passed = " ON CONFLICT DO NOTHING" if unless else ""
        fixed = "".join(f", %s::{field.db_type(connection)}" for field in rest)
        cursor.execute(f"INSERT INTO {table} ({every}) SELECT {columns}{fixed} FROM {STAGE}{passed}", values)
        count = cursor.rowcount
        cursor.execute(f"DROP TABLE pg_temp.{STAGE}")
    return count


def _plain(field: models.Field, value: Any) -> Any:
    return None if value is None else field.get_db_prep_save(value, connection)
