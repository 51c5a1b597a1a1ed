"""Who saw us (PLUS-34): who read an account, its people or its leads, when and how, grouped by person."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import connection

from rounds.access.scope import visible
from rounds.kit.scope import Scope
from rounds.models import Account, Contact, Lead

WAYS = ("page", "API", "file", "print", "command")
MOST_RECORDS = 20_000
"""People and leads of an account whose reads are looked for."""

# A read of a record of the account, or a file that held rows of it. A brief opened to be printed is a print.
SEEN = """
    WITH files AS MATERIALIZED (
        SELECT entry_id, at FROM rounds_disclosure
         WHERE accounts && %(accounts)s::uuid[] AND at BETWEEN %(since)s AND %(until)s),
    seen AS (
        SELECT e.by_kind, e.by_id, e.by_name, e.at, e.subject_kind,
               CASE WHEN e.detail ->> 'form' IS NOT NULL THEN 'file' WHEN e.by_kind = 'integration' THEN 'API'
                    WHEN e.detail ->> 'part' = 'brief' THEN 'print' WHEN e.by_kind = 'system' THEN 'command' ELSE 'page' END AS way
          FROM unnest(%(records)s::uuid[]) r(id) CROSS JOIN LATERAL (
               SELECT * FROM rounds_auditentry e WHERE e.subject_id = r.id AND e.at BETWEEN %(since)s AND %(until)s) e
         WHERE e.chain = 'read' AND e.verb LIKE '%%.read' AND e.verb <> 'disclosures.read'
        UNION ALL
        SELECT e.by_kind, e.by_id, e.by_name, e.at, '', CASE WHEN e.by_kind = 'integration' THEN 'API' ELSE 'file' END
          FROM files f CROSS JOIN LATERAL (SELECT * FROM rounds_auditentry e WHERE e.id = f.entry_id AND e.at = f.at) e)
    SELECT by_kind, by_id, max(by_name), way, count(*), min(at), max(at),
           count(*) FILTER (WHERE subject_kind = 'contact'), count(*) FILTER (WHERE subject_kind = 'lead')
      FROM seen GROUP BY by_kind, by_id, way ORDER BY max(at) DESC
"""
VIEWERS = """
    SELECT count(DISTINCT e.by_id) FROM unnest(%s::uuid[]) r(id) CROSS JOIN LATERAL (
           SELECT e.by_id FROM rounds_auditentry e WHERE e.subject_id = r.id AND e.at > %s AND e.chain = 'read' AND e.by_kind = 'user'
              AND e.verb LIKE '%%.read') e
"""


@dataclass
class Viewer:
    """One who saw: name, first and last time, how often, by which ways, and how often its people and leads."""

    kind: str
    id: UUID | None
    name: str
    first: datetime
    last: datetime
    count: int = 0
    people: int = 0
    leads: int = 0
    ways: dict[str, int] = field(default_factory=dict)

    @property
    def said(self) -> str:
        """How, in words: "page 12, file 1"."""
        return ", ".join(f"{way} {self.ways[way]:,}" for way in WAYS if way in self.ways)


def viewers(account: Account, scope: Scope, *, since: datetime, until: datetime) -> list[Viewer]:
    """Everybody who saw the account, its people or its leads in the time, the last first. Four queries.

    Of a buying unit what belongs to it counts as well; `scope` is the asker's.
    """
    accounts = accounts_of(account, scope)
    records = [*accounts, *_below(accounts, scope)]
    with connection.cursor() as cursor:
        cursor.execute(SEEN, {"accounts": accounts, "records": records, "since": since, "until": until})
        rows = cursor.fetchall()
    found: dict[tuple[str, UUID | None], Viewer] = {}
    for kind, key, name, way, count, first, last, people, leads in rows:
        who = found.setdefault((kind, key), Viewer(kind, key, name or kind.capitalize(), first, last))
        who.first, who.last = min(who.first, first), max(who.last, last)
        who.count, who.people, who.leads = who.count + count, who.people + people, who.leads + leads
        who.ways[way] = who.ways.get(way, 0) + count
    return sorted(found.values(), key=lambda who: who.last, reverse=True)


def how_many(account: Account, *, since: datetime) -> int:
    """How many people looked at the account itself since then: the mark on its page. One query."""
    with connection.cursor() as cursor:
        cursor.execute(VIEWERS, [[account.id], since])
        return cursor.fetchone()[0]


def accounts_of(account: Account, scope: Scope) -> list[UUID]:
    """The account, and of a buying unit all that belongs to it."""
    if not account.is_unit:
        return [account.id]
    return [account.id, *visible(Account, scope).filter(buying_unit_id=account.id).exclude(pk=account.id).values_list("id", flat=True)]


def _below(accounts: list[UUID], scope: Scope) -> list[UUID]:
    found: list[UUID] = []
    for model in (Contact, Lead):
        found += visible(model, scope).filter(account_id__in=accounts).values_list("id", flat=True)[:MOST_RECORDS]
    return found
