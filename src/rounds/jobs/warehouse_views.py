"""Makes the SQL views of the star, says which database login reads them through whose eyes, and keeps both current."""

from __future__ import annotations

import json
import re
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction

from rounds.access.allowed import need
from rounds.access.scope import scope_of
from rounds.access.sight import EVERYTHING, sight
from rounds.actions.trust import audit
from rounds.analytics.numbers import period as periods
from rounds.analytics.numbers.live import Live, whole_chances
from rounds.analytics.warehouse.building import changed_since
from rounds.analytics.warehouse.dimensions import DIMENSIONS, days, of_playbook
from rounds.analytics.warehouse.views import SCHEMA, dropped, granted, of_scope, statements, taken_back
from rounds.kit.actor import Actor
from rounds.kit.refusal import Refusal
from rounds.models import Lead, Opportunity, QuoteLine, StageEntry, User
from rounds.models.flow.active import active

AHEAD = 5
"""Years that dim_date reaches beyond today."""
HOURLY = timedelta(hours=1)
OURS = re.compile(r"rounds_|pg_|postgres$")


class NoSuchLogin(Refusal):
    """The database has no such login: make one first, with a password of its own and no other rights."""

    status = 422
    field = "login"


def there() -> bool:
    """Whether the schema was made."""
    return bool(_ask("SELECT to_regclass(%s) IS NOT NULL", [f"{SCHEMA}.reader"])[0][0])


def due(at: datetime) -> bool:
    """Whether the figures, the days and what each login may see are an hour old."""
    return there() and not _ask(f"SELECT 1 FROM {SCHEMA}.refresh WHERE as_of > %s::timestamptz AT TIME ZONE 'UTC'", [at - HOURLY])


def make(at: datetime) -> None:
    """Make the schema, or make its views anew. Run as the owner."""
    with transaction.atomic():
        for statement in statements(active().playbook):
            _do(statement)
        for (login,) in _ask(f"SELECT r.login FROM {SCHEMA}.reader r JOIN pg_roles g ON g.rolname = r.login"):
            _grant(login)
        fill(at)


def drop_views() -> None:
    """The views make way for a change of the tables below them. Run as the owner."""
    for statement in dropped():
        _do(statement)


def let(login: str, user: User, *, by: Actor, at: datetime) -> None:
    """`login` reads the star as `user` sees the records. Raises NotAllowed (they may take no files out), NoSuchLogin. Run as the owner."""
    need(user, "records.export")
    need(user, "records.export_many")
    _known(login)
    with transaction.atomic():
        _do(f"INSERT INTO {SCHEMA}.reader (login, user_id) VALUES (%s, %s) ON CONFLICT (login) DO UPDATE SET user_id = excluded.user_id", [login, user.pk])
        _grant(login)
        look_again(at)
        audit.note("warehouse.let", by=by, at=at, kind="user", subject=user.pk, detail={"login": login})


def end(login: str, *, by: Actor, at: datetime) -> None:
    """`login` reads nothing any more. Run as the owner."""
    _known(login)
    with transaction.atomic():
        _do(f"DELETE FROM {SCHEMA}.reader WHERE login = %s", [login])
        for statement in taken_back(login):
            _do(statement)
        audit.note("warehouse.end", by=by, at=at, kind="user", detail={"login": login})


def look_again(at: datetime) -> int:
    """What each login may see, as its person's role, teams and territories are now; of one who may take nothing out any more, nothing."""
    readers = _ask(f"SELECT login, user_id FROM {SCHEMA}.reader")
    for login, key in readers:
        user = User.objects.filter(pk=key, is_active=True).first()
        said = of_scope(scope_of(user if user is not None and _may(user) else None))
        columns = ", ".join(f"{name} = %s::{'boolean' if name == 'everything' else 'uuid[]' if name in ('owners', 'teams', 'units') else 'text[]'}" for name in said)
        _do(f"UPDATE {SCHEMA}.reader SET {columns}, told_at = %s WHERE login = %s", [*said.values(), at, login])
    return len(readers)


def fill(at: datetime) -> None:
    """The figures and dimensions of the playbook, the days, the as-of and the restated mark."""
    book = active().playbook
    with sight(EVERYTHING):
        chances = {code: one.bp for code, one in whole_chances(book).items()}
        restated = changed_since(Live(EVERYTHING, book), at)
        found, first = _found(), Opportunity.objects.order_by("opened_at").values_list("opened_at", flat=True).first()
        today = periods.today(book, at)
        begins = periods.today(book, first) if first else today
        rows: dict[str, list[tuple[Any, ...]]] = {"dim_date": list(days(begins, today.replace(year=today.year + AHEAD, day=1), book, restated)), **of_playbook(book, found)}
        with transaction.atomic():
            for name, values in rows.items():
                _put(name, values)
            _do(f"DELETE FROM {SCHEMA}.said")
            _do(f"INSERT INTO {SCHEMA}.said (won, lost, chances) VALUES (%s, %s, %s::jsonb)", [book.stages.ending("won"), book.stages.ending("lost"), json.dumps(chances)])
            _do(f"DELETE FROM {SCHEMA}.refresh")
            _do(f"INSERT INTO {SCHEMA}.refresh VALUES (%s::timestamptz AT TIME ZONE 'UTC', %s, %s, %s, %s)", [at, today, bool(restated), ", ".join(restated), book.hash[:12]])
            look_again(at)


def _may(user: User) -> bool:
    from rounds.access.allowed import may

    return may(user, "records.export") and may(user, "records.export_many")


def _found() -> dict[str, set[str]]:
    def of(model: Any, column: str) -> set[str]:
        return set(model.objects.order_by().values_list(column, flat=True).distinct())

    return {"dim_stage": of(Opportunity, "stage") | of(StageEntry, "now") | {""}, "dim_segment": {""}, "dim_product": of(QuoteLine, "product"),
            "dim_campaign": of(Opportunity, "source") | of(Lead, "source") | {""}}  # fmt: skip


def _known(login: str) -> None:
    if OURS.match(login) or '"' in login or not _ask("SELECT 1 FROM pg_roles WHERE rolname = %s AND rolcanlogin AND NOT rolsuper", [login]):
        raise NoSuchLogin


def _grant(login: str) -> None:
    for statement in granted(login):
        _do(statement)


def _put(name: str, values: list[tuple[Any, ...]]) -> None:
    _do(f"DELETE FROM {SCHEMA}.{name}")
    with connection.cursor() as cursor:
        marks = ", ".join(["%s"] * len(DIMENSIONS[name][1]))
        cursor.executemany(f"INSERT INTO {SCHEMA}.{name} VALUES ({marks})", values)


def _do(sql: str, given: list[Any] | None = None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql, given)


def _ask(sql: str, given: list[Any] | None = None) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(sql, given)
        return cursor.fetchall()
