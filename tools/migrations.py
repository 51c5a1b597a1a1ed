"""Make 0001_initial anew from the models: until the first release there is no history to keep (docs/decisions/0007).

What Django writes adds keys, indexes and constraints to tables one by one, and looks at every table anew for each: a minute
for an empty database. Here each table is created whole, after those it points at; only keys that close a ring are added.
"""

from __future__ import annotations

import os
import subprocess
import sys
from graphlib import CycleError, TopologicalSorter
from importlib import import_module
from pathlib import Path

FOLDER = Path(__file__).resolve().parents[1] / "src" / "rounds" / "models" / "migrations"
FIRST = FOLDER / "0001_initial.py"
MAKE = "import django; django.setup(); from django.core.management import call_command; call_command('makemigrations', 'rounds', name='initial', verbosity=1)"


def main() -> int:
    """Write src/rounds/models/migrations/0001_initial.py; the old one stands again where that fails."""
    ground = FOLDER / "0002_ground.py"
    old, aside = FIRST.read_text() if FIRST.exists() else None, FOLDER / "0002_ground.py.aside"
    FIRST.unlink(missing_ok=True)
    ground.rename(aside)
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": "rounds.project.settings"}
    try:
        for command in (["-c", MAKE], [__file__, "whole"]):
            made = subprocess.run([sys.executable, *command], check=False, env=environment)  # noqa: S603
            if made.returncode:
                break
    finally:
        aside.rename(ground)
    if made.returncode and old is not None:
        FIRST.write_text(old)
    return made.returncode


def whole() -> None:
    """Write the migration that stands anew, each table created whole."""
    import django

    django.setup()
    from django.db.migrations.writer import MigrationWriter

    migration = import_module("rounds.models.migrations.0001_initial").Migration("0001_initial", "rounds")
    migration.operations = ordered(migration.operations)
    FIRST.write_text(MigrationWriter(migration, include_header=False).as_string())


def ordered(operations: list) -> list:
    """The same tables, keys, indexes, constraints and triggers with as few steps as there can be."""
    from django.db.migrations import AddConstraint, AddField, AddIndex, CreateModel

    tables = {one.name_lower: one for one in operations if isinstance(one, CreateModel)}
    for one in operations:
        if isinstance(one, AddField):
            tables[one.model_name_lower].fields.append((one.name, one.field))
    order, ring = in_order({name: points_at(table, tables) for name, table in tables.items()})
    late: list = []
    for name, target in ring:
        table = tables[name]
        gone = [(field, made) for field, made in table.fields if target in target_of(made)]
        table.fields = [pair for pair in table.fields if pair not in gone]
        late += [AddField(table.name, field, made) for field, made in gone]
    added = [one for one in operations if isinstance(one, AddIndex | AddConstraint)]
    waits = {one.model_name_lower for one in late}
    for one in added:
        if one.model_name_lower not in waits:
            kind, made = ("indexes", one.index) if isinstance(one, AddIndex) else ("constraints", one.constraint)
            tables[one.model_name_lower].options.setdefault(kind, []).append(made)
    rest = [one for one in operations if not isinstance(one, CreateModel | AddField | AddIndex | AddConstraint)]
    return [*(tables[name] for name in order), *late, *(one for one in added if one.model_name_lower in waits), *rest]


def target_of(field: object) -> set[str]:
    """The table of ours a field points at, by its name."""
    there = getattr(getattr(field, "remote_field", None), "model", None)
    app, _, name = str(there or "").lower().rpartition(".")
    return {name} if app == "rounds" else set()


def points_at(table: object, tables: dict) -> set[str]:
    """The other tables a table needs to be there."""
    found = {name for _, field in table.fields for name in target_of(field)}
    return (found & tables.keys()) - {table.name_lower}


def in_order(needs: dict[str, set[str]]) -> tuple[list[str], list[tuple[str, str]]]:
    """(tables, each after those it needs; (table, other) pairs that close a ring and are added afterwards)."""
    needs, ring = {name: set(said) for name, said in sorted(needs.items())}, []
    while True:
        try:
            return list(TopologicalSorter({name: sorted(said) for name, said in needs.items()}).static_order()), ring
        except CycleError as error:
            circle = error.args[1]  # each is needed by the next
            pair = min((circle[n + 1], circle[n]) for n in range(len(circle) - 1))
            needs[pair[0]].discard(pair[1])
            ring.append(pair)


if __name__ == "__main__":
    sys.exit(whole() if sys.argv[1:] == ["whole"] else main())
