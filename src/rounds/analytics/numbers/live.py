"""The tables over the records themselves, on the connection of whoever asks: row security holds, and the Scope narrows too."""

from __future__ import annotations

import json
import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from functools import cache, cached_property
from time import monotonic
from typing import Any

from django.db import connection
from django.db.models import Min, Model, TextField

from rounds.access.renderings import as_q
from rounds.access.scope import noun_of
from rounds.access.sight import EVERYTHING, sight
from rounds.analytics.metrics.tables import BY_NAME
from rounds.analytics.numbers.compiling import HELD
from rounds.analytics.numbers.pruning import Columns
from rounds.kit.scope import Scope
from rounds.models import (
    Account,
    Customer,
    DealSnapshot,
    Enrolment,
    Lead,
    Meeting,
    Message,
    Opportunity,
    Quota,
    SnapshotDay,
    StageEntry,
    Task,
)
from rounds.models.deals.standing import chances
from rounds.models.numbers.tables import GIVEN, TABLES
from rounds.playbook import Playbook
from rounds.rules.pipeline.probability import Chance

CAST = {"string": "coalesce({0}::text, '')", "int64": "{0}::bigint", "float64": "{0}::float8", "boolean": "{0}", "date": "{0}",
        "timestamp": "({0} AT TIME ZONE 'UTC')"}  # fmt: skip
"""Type of the metrics' tables → a column of the records as that type."""
OF_DEAL = ("deal_products", "stage_changes", "deal_competitors", "deal_people", "demos", "pocs", "proposals")
KEYS = {(table, "id") for table in ("deals", "snapshots", "quotas", "tasks", "stage_changes", "meetings")} | {(table, "deal_id") for table in (*OF_DEAL, "tasks")}
"""Columns that name a deal (or stand in one column with those) stay what they are, so that joins use indexes; of these a task's alone may be unknown, and is null then."""
MINUTES = 5
_chances: dict[str, tuple[tuple[Any, ...], float, dict[str, Chance]]] = {}
STANDS = {"deals": Opportunity, "snapshots": DealSnapshot, "stage_changes": StageEntry}
"""Table → the model whose texts are told as they stand where they are never null: the database then knows how common a value is."""
OWN: dict[str, type[Model]] = {"deals": Opportunity, "leads": Lead, "accounts": Account, "tasks": Task, "customers": Customer, "quotas": Quota}
ABOUT: dict[str, type[Model]] = {"meetings": Meeting, "mails": Message, "enrolments": Enrolment}
"""Table → the model of what is about a deal, else a lead, else an account."""
ABOVE: dict[str, tuple[type[Model], str]] = {"deals": (Opportunity, "opportunity_id"), "customers": (Customer, "customer_id"), "leads": (Lead, "lead_id"), "accounts": (Account, "id")}
"""Table → the model its children are seen with, and their column that names it."""


@dataclass(frozen=True)
class Live:
    """PostgreSQL, through the eyes of `scope`."""

    scope: Scope
    book: Playbook
    dialect: str = "postgres"
    holds: bool = True

    @property
    def narrows(self) -> Scope | None:
        """The tables are narrowed here, so that an expression is the same for everybody and compiled once."""
        return None

    def fetch(self, sql: str, used: Columns) -> list[tuple[Any, ...]]:
        """The rows of a compiled statement. One query, and two for what the chances rest on where it reads them."""
        tables, given = [], []
        for name in sorted(used):
            of = "deals" if name == HELD else name
            one, more = table(of, self.scope, self.book, self._chances if of == "deals" else "", used[name])
            tables.append(f'"{name}" AS {"" if name == HELD else "NOT MATERIALIZED "}({one})')
            given += more
        # What Ibis writes has its own WITH; inside a sub-select it finds ours.
        statement = f"WITH {', '.join(tables)} SELECT * FROM ({sql.replace('%', '%%')}) found"
        with connection.cursor() as cursor:
            cursor.execute(statement, given)
            return cursor.fetchall()

    def kept_since(self) -> date | None:
        return self._first

    def chances_are_targets(self) -> bool | None:
        return any(one.basis == "target" for one in self._held.values())

    @property
    def _chances(self) -> str:
        return said(self._held)

    @cached_property
    def _held(self) -> dict[str, Chance]:
        """Asked for once: the chances are the company's, whoever looks."""
        return whole_chances(self.book)

    @cached_property
    def _first(self) -> date | None:
        return SnapshotDay.objects.aggregate(first=Min("day"))["first"]


def table(name: str, scope: Scope, book: Playbook, by_stage: str = "", read: Collection[str] = ()) -> tuple[str, list[Any]]:
    """One table as SQL and its parameters: the columns of analytics/metrics/tables.py (those that are `read`, for a statement), the rows `scope` sees."""
    given = [(by_stage or said(whole_chances(book))) if word == "chances" else _said(word, book) for word in GIVEN.get(name, ())]
    alias = re.search(r"\{seen:(\w+)\}", TABLES[name])
    assert alias is not None, f"the table {name} says not where it is narrowed"
    seen, more = _seen(name, alias[1], scope)
    wanted = {column: kind for column, kind in BY_NAME[name].columns.items() if not read or column in read}
    columns = ", ".join(f"{_cast(name if read else '', column, kind)} AS \"{column}\"" for column, kind in wanted.items())
    return f"SELECT {columns} FROM ({TABLES[name].replace(alias[0], seen)}) raw", [*given, *more]


def _cast(table: str, column: str, kind: str) -> str:
    raw = f'raw."{column}"'
    return raw if (table, column) in KEYS or (kind == "string" and column in _never_null(table)) else CAST[kind].format(raw)


@cache
def _never_null(table: str) -> frozenset[str]:
    if table not in STANDS:
        return frozenset()
    return frozenset(field.attname for field in STANDS[table]._meta.concrete_fields if isinstance(field, TextField) and not field.null) | {"outcome"}


def whole_chances(book: Playbook) -> dict[str, Chance]:
    """Stage → its chance, read with whole sight; kept until a deal enters a stage again, at most MINUTES."""
    with sight(EVERYTHING):
        last = StageEntry.objects.order_by("-id").values_list("id", flat=True).first()
        key, till = (connection.settings_dict["NAME"], book.hash, last), monotonic()
        held = _chances.get("kept")
        if held is None or held[0] != key or held[1] < till:
            held = _chances["kept"] = (key, till + 60 * MINUTES, chances(book))
    return held[2]


def said(held: dict[str, Chance]) -> str:
    """{stage: basis points} as JSON."""
    return json.dumps({code: one.bp for code, one in held.items()})


def _said(word: str, book: Playbook) -> str:
    if word == "better":
        return json.dumps({code: one.better for code, one in book.growth.outcomes.metrics.items()})
    return book.stages.ending(word)


def _seen(name: str, alias: str, scope: Scope) -> tuple[str, list[Any]]:
    """The condition under which `scope` sees a row of a table, and its parameters."""
    if name == "activities":
        return _activities(alias, scope)
    if name in ABOUT:
        return _about(ABOUT[name], alias, scope)
    if name in OWN:
        return _within(OWN[name], f"{alias}.id", scope)
    above = BY_NAME[name].parent
    if above:
        model, column = ABOVE[above]
        return _within(model, f"{alias}.{column}", scope)
    return "TRUE", []


def _within(model: type[Model], column: str, scope: Scope) -> tuple[str, list[Any]]:
    noun = noun_of(model)
    if noun in scope.unread:
        return "FALSE", []
    if scope.sees_all(noun):
        return "TRUE", []
    sql, given = model._default_manager.filter(as_q(scope, noun)).order_by().values("pk").query.sql_with_params()
    return f"{column} IN ({sql})", list(given)


def _activities(alias: str, scope: Scope) -> tuple[str, list[Any]]:
    lead, given = _within(Lead, f"{alias}.lead_id", scope)
    account, more = _within(Account, f"{alias}.account_id", scope)
    return f"(({alias}.lead_id IS NOT NULL AND {lead}) OR ({alias}.lead_id IS NULL AND {account}))", [*given, *more]


def _about(model: type[Model], alias: str, scope: Scope) -> tuple[str, list[Any]]:
    """As access/scope.py `visible` has it of what is about something, in words that name no more than is asked."""
    if noun_of(model) in scope.unread:
        return "FALSE", []
    ways, given = [], []
    for lacks, column, noun in (((), "opportunity", Opportunity), (("opportunity",), "lead", Lead), (("opportunity", "lead"), "account", Account)):
        seen, more = _within(noun, f"{alias}.{column}_id", scope)
        ways.append(" AND ".join([*(f"{alias}.{one}_id IS NULL" for one in lacks), f"{alias}.{column}_id IS NOT NULL", seen]))
        given += more
    return f"(({') OR ('.join(ways)}))", given
