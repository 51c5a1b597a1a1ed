"""The audit trail searched by person, record, time, verb and chain; every search walks an index, however long the trail.

Several values of one column (a person's own id and those of their tokens) are asked one by one and merged: only then is
each read off its index in the order of time.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Q

from rounds.models import ApiToken, User
from rounds.models.search import search

SIZE = 100
COLUMNS = "id, at, by_kind, by_id, by_name, chain, verb, subject_kind, subject_id, scope_hash, detail"
MOST_NAMED = 50
"""People or records one name may stand for."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is looked for. None: not asked; an empty tuple: asked for somebody or something that is not there."""

    people: tuple[UUID, ...] | None = None
    records: tuple[UUID, ...] | None = None
    verbs: tuple[str, ...] | None = None
    since: datetime | None = None
    until: datetime | None = None
    chain: str = ""
    rising: bool = False
    after: tuple[datetime, UUID] | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry as it stands. `detail` is data."""

    id: UUID
    at: datetime
    by_kind: str
    by_id: UUID | None
    by_name: str
    chain: str
    verb: str
    subject_kind: str
    subject_id: UUID | None
    scope_hash: str
    detail: dict[str, Any]


def found(asked: Asked, most: int = SIZE) -> list[Entry]:
    """The first `most` entries that fit, in order of time. One query."""
    if () in (asked.people, asked.records, asked.verbs):
        return []
    sql, said = _query(asked, most)
    with connection.cursor() as cursor:
        cursor.execute(sql, said)
        return [_entry(row) for row in cursor.fetchall()]


def walked(asked: Asked, most: int, step: int = 5000) -> Iterator[Entry]:
    """Up to `most` entries that fit, read page by page."""
    from dataclasses import replace

    left, here = most, asked
    while left > 0:
        some = found(here, min(step, left))
        yield from some
        if len(some) < min(step, left):
            return
        left -= len(some)
        here = replace(here, after=(some[-1].at, some[-1].id))


def people_named(said: str) -> tuple[UUID, ...]:
    """The ids that act for whoever `said` names (an id, or a part of a name or address): people and their tokens."""
    key = _uuid(said)
    if key is None and len(said.strip()) < 2:
        return ()
    fits = Q(pk=key) if key else Q(name__icontains=said.strip()) | Q(email__icontains=said.strip())
    people = list(User.objects.filter(fits).values_list("id", flat=True)[:MOST_NAMED])
    tokens = list(ApiToken.objects.filter(user__in=people).values_list("id", flat=True)[: 4 * MOST_NAMED])
    return tuple(dict.fromkeys([*people, *tokens, *([key] if key else [])]))


def records_named(said: str) -> tuple[UUID, ...]:
    """The ids of the records `said` names: an id, else accounts, contacts and leads the viewer may see, and people."""
    if key := _uuid(said):
        return (key,)
    if len(said.strip()) < 2:
        return ()
    hits = [hit.id for hit in search(said, most=MOST_NAMED)]
    return (*hits, *User.objects.filter(name__icontains=said.strip()).values_list("id", flat=True)[:MOST_NAMED])


def _query(asked: Asked, most: int) -> tuple[str, dict[str, Any]]:
    said: dict[str, Any] = {"most": most}
    where: list[str] = []
    way, beyond = ("ASC", ">") if asked.rising else ("DESC", "<")
    drivers: list[str] = []
    # A record has few entries, a person more, a verb most: the first that is asked leads the way.
    for name, column, kind, values in (("records", "subject_id", "uuid", asked.records), ("people", "by_id", "uuid", asked.people),
                                       ("verbs", "verb", "text", asked.verbs)):  # fmt: skip
        if values is None:
            continue
        said[name] = list(values)
        if not drivers or (name == "verbs" and asked.records is None):
            drivers.append(f"unnest(%({name})s::{kind}[]) AS {name}(value)")
            where.append(f"{column} = {name}.value")
        else:
            where.append(f"{column} = ANY (%({name})s::{kind}[])")
    for clause, name, value in (("at >= %(since)s", "since", asked.since), ("at <= %(until)s", "until", asked.until),
                                ("chain = %(chain)s", "chain", asked.chain)):  # fmt: skip
        if value:
            where.append(clause)
            said[name] = value
    if asked.after is not None:
        where.append(f"(at, id) {beyond} (%(after_at)s, %(after_id)s)")
        said |= {"after_at": asked.after[0], "after_id": asked.after[1]}
    inner = f"SELECT {COLUMNS} FROM rounds_auditentry"
    inner += f" WHERE {' AND '.join(where)}" if where else ""
    inner += f" ORDER BY at {way}, id {way} LIMIT %(most)s"
    if not drivers:
        return inner, said
    return (f"SELECT e.* FROM {' CROSS JOIN '.join(drivers)} CROSS JOIN LATERAL ({inner}) e"
            f" ORDER BY e.at {way}, e.id {way} LIMIT %(most)s", said)  # fmt: skip


def _entry(row: tuple) -> Entry:
    detail = json.loads(row[-1]) if isinstance(row[-1], str) else row[-1]
    return Entry(*row[:-1], detail if isinstance(detail, dict) else {})


def _uuid(said: str) -> UUID | None:
    try:
        return UUID(said.strip())
    except ValueError:
        return None
