"""The star as SQL views in a schema of their own, each narrowed to whom the database login that reads it stands for.

A view runs with its owner's rights, so a reader needs none on the tables below it. Whose eyes a login has stands in
`star.reader`, and is found by `session_user`, which no reader can change: settings and SET ROLE do not move it. Only while
the person is active does the login see anything.
"""

from __future__ import annotations

import re
from typing import Any

from django.db.models import Model

from rounds.access.scope import noun_of
from rounds.analytics.metrics.tables import BY_NAME
from rounds.analytics.numbers import period as periods
from rounds.analytics.numbers.live import ABOVE, CAST, OWN
from rounds.analytics.warehouse.dimensions import DIMENSIONS
from rounds.analytics.warehouse.star import STAR
from rounds.models import Account, Lead
from rounds.models.numbers.tables import GIVEN, TABLES
from rounds.playbook import Playbook

SCHEMA = "star"
SQL_TYPES = {"string": "text", "int64": "bigint", "boolean": "boolean", "date": "date"}
READS = (*(one.name for one in STAR), *DIMENSIONS, "refresh")
"""What a reader is granted."""

GROUND = f"""
CREATE SCHEMA IF NOT EXISTS {SCHEMA};
CREATE TABLE IF NOT EXISTS {SCHEMA}.reader (login name PRIMARY KEY, user_id uuid NOT NULL, everything boolean NOT NULL DEFAULT false,
    owners uuid[] NOT NULL DEFAULT '{{}}', teams uuid[] NOT NULL DEFAULT '{{}}', territories text[] NOT NULL DEFAULT '{{}}', units uuid[] NOT NULL DEFAULT '{{}}',
    whole text[] NOT NULL DEFAULT '{{}}', unread text[] NOT NULL DEFAULT '{{}}', told_at timestamptz NOT NULL DEFAULT now());
CREATE TABLE IF NOT EXISTS {SCHEMA}.said (only_one boolean PRIMARY KEY DEFAULT true CHECK (only_one), won text NOT NULL, lost text NOT NULL, chances jsonb NOT NULL);
CREATE TABLE IF NOT EXISTS {SCHEMA}.refresh (as_of timestamp NOT NULL, as_of_day date NOT NULL, restated boolean NOT NULL, restated_months text NOT NULL, playbook text NOT NULL)"""
ME = f"FROM {SCHEMA}.reader r JOIN rounds_user u ON u.id = r.user_id AND u.is_active WHERE r.login = session_user"


def statements(book: Playbook) -> list[str]:
    """Everything that makes the schema, in order; safe to run again. Views are made anew: they follow the tables below them."""
    tables = [f"CREATE TABLE IF NOT EXISTS {SCHEMA}.{name} ({', '.join(f'{column} {SQL_TYPES[kind]}' for column, kind in columns.items())})"
              for name, (_, columns) in DIMENSIONS.items()]  # fmt: skip
    owned = ", ".join(f"{SCHEMA}.{name}" for name in ("reader", "said", "refresh", *DIMENSIONS))
    return [*GROUND.split(";"), *tables, *dropped(), *(_view(one.name, book) for one in STAR), f"REVOKE ALL ON ALL TABLES IN SCHEMA {SCHEMA} FROM PUBLIC",
            f"GRANT USAGE ON SCHEMA {SCHEMA} TO rounds_worker", f"GRANT SELECT, INSERT, UPDATE, DELETE ON {owned} TO rounds_worker"]  # fmt: skip


def dropped() -> list[str]:
    """The views go: before tables change, and before they are made anew. Who reads what stays."""
    return [f"DROP VIEW IF EXISTS {SCHEMA}.{one.name}" for one in STAR]


def granted(login: str) -> list[str]:
    """A login may read the star and nothing else of ours. `login` is a name that was checked."""
    return [f'GRANT USAGE ON SCHEMA {SCHEMA} TO "{login}"', *(f'GRANT SELECT ON {SCHEMA}.{name} TO "{login}"' for name in READS)]


def taken_back(login: str) -> list[str]:
    return [f'REVOKE ALL ON ALL TABLES IN SCHEMA {SCHEMA} FROM "{login}"', f'REVOKE ALL ON SCHEMA {SCHEMA} FROM "{login}"']


def _view(name: str, book: Playbook) -> str:
    one = next(found for found in STAR if found.name == name)
    read = ", ".join(f'"{table}" AS ({_table(table)})' for table in one.reads)
    return f"CREATE VIEW {SCHEMA}.{name} WITH (security_barrier) AS WITH {read} {one.sql.format(zone=periods.zone_of(book).key)}"


def _table(name: str) -> str:
    """A table of the metrics over the records, its figures from `star.said`, its rows those of whoever reads."""
    sql = TABLES[name]
    for word in GIVEN.get(name, ()):
        sql = sql.replace("%s", f"(SELECT s.{word} FROM {SCHEMA}.said s)", 1)
    alias = re.search(r"\{seen:(\w+)\}", sql)
    assert alias is not None
    columns = ", ".join(f'{CAST[kind].format(f"""raw."{column}" """.strip())} AS "{column}"' for column, kind in BY_NAME[name].columns.items())
    return f"SELECT {columns} FROM ({sql.replace(alias[0], _seen(name, alias[1]))}) raw"


def _seen(name: str, alias: str) -> str:
    if name == "activities":
        return (f"(({alias}.lead_id IS NOT NULL AND {_within(Lead, f'{alias}.lead_id')})"
                f" OR ({alias}.lead_id IS NULL AND {_within(Account, f'{alias}.account_id')}))")  # fmt: skip
    if name in OWN:
        return _within(OWN[name], f"{alias}.id")
    if BY_NAME[name].parent:
        model, column = ABOVE[BY_NAME[name].parent]
        return _within(model, f"{alias}.{column}")
    return f"EXISTS (SELECT 1 {ME})"


def _within(model: type[Model], column: str) -> str:
    noun, table = noun_of(model), model._meta.db_table
    read = f"NOT '{noun}' = ANY (r.unread)"
    ways = "x.owner_id = ANY (r.owners) OR x.team_id = ANY (r.teams) OR x.territory = ANY (r.territories) OR x.buying_unit_id = ANY (r.units)"
    return (f"(EXISTS (SELECT 1 {ME} AND {read} AND (r.everything OR '{noun}' = ANY (r.whole)))"
            f" OR {column} IN (SELECT x.id FROM {table} x, LATERAL (SELECT r.* {ME}) r WHERE {read} AND ({ways})))")  # fmt: skip


def of_scope(scope: Any) -> dict[str, Any]:
    """The columns of star.reader a Scope says."""
    return {"everything": scope.everything, "owners": list(scope.owners), "teams": list(scope.teams), "territories": sorted(scope.territories),
            "units": list(scope.accounts), "whole": sorted(scope.whole), "unread": sorted(scope.unread)}  # fmt: skip
