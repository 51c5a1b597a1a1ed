"""Which record each row is about: looked up for all rows of a file at once, inside the file and in the database.

Every statement narrows by row security: a row finds what its importer sees, and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import connection

from rounds.actions.flow.imports.work import Work
from rounds.actions.leads.matching import FREE_MAIL

COLUMN = {"external_id": "external", "email": "email", "name_state": "place", "domain": "domain", "ccn": "ccn"}
"""Key of a noun → the column of the staged row that holds it."""

TWICE = """
    UPDATE pg_temp.matching r SET verdict = 'duplicate', target = NULL, says = 'The same ' || %(word)s || ' as line ' || d.first
      FROM (SELECT id, first_value(line) OVER w AS first, row_number() OVER w AS n
              FROM pg_temp.matching WHERE of_id = %(of)s AND verdict = '' AND {column} <> '' AND answer <> 'new'
            WINDOW w AS (PARTITION BY {column} ORDER BY number)) d
     WHERE d.id = r.id AND d.n > 1
"""
FOUND = """
    UPDATE pg_temp.matching r SET target = l.id
      FROM (SELECT {theirs} AS key, (array_agg({whole}))[1] AS id FROM {table} t JOIN (
                SELECT DISTINCT {column} AS key FROM pg_temp.matching
                 WHERE of_id = %(of)s AND verdict = '' AND target IS NULL AND {column} <> '' AND answer <> 'new') q ON {joined}
             WHERE {also} GROUP BY 1 HAVING count(*) = 1) l
     WHERE r.of_id = %(of)s AND r.verdict = '' AND r.target IS NULL AND r.answer <> 'new' AND r.{column} = l.key
"""
SEVERAL = """
    UPDATE pg_temp.matching r SET verdict = 'duplicate', says = l.n || ' records here have this ' || %(word)s || '; look at each'
      FROM (SELECT {theirs} AS key, count(*) AS n FROM {table} t JOIN (
                SELECT DISTINCT {column} AS key FROM pg_temp.matching
                 WHERE of_id = %(of)s AND verdict = '' AND target IS NULL AND {column} <> '' AND answer <> 'new') q ON {joined}
             WHERE {also} GROUP BY 1 HAVING count(*) > 1) l
     WHERE r.of_id = %(of)s AND r.verdict = '' AND r.target IS NULL AND r.{column} = l.key AND r.answer = ''
"""
ONE_ROW_A_RECORD = """
    UPDATE pg_temp.matching r SET verdict = 'duplicate', target = NULL, says = 'The same record as line ' || d.first
      FROM (SELECT id, first_value(line) OVER w AS first, row_number() OVER w AS n
              FROM pg_temp.matching WHERE of_id = %(of)s AND verdict = '' AND target IS NOT NULL
            WINDOW w AS (PARTITION BY target ORDER BY number)) d
     WHERE d.id = r.id AND d.n > 1
"""
# The domain of the address first: an account of that name, or the only unit with it; then name and state.
ACCOUNTS = """
    WITH asked AS (
        SELECT DISTINCT domain, parent FROM pg_temp.matching WHERE of_id = %(of)s AND verdict = '' AND (domain <> '' OR parent <> '')
    ), by_domain AS (
        SELECT q.domain, q.parent,
               (array_agg(a.id ORDER BY a.is_unit DESC, a.beds DESC NULLS FIRST, a.id)
                    FILTER (WHERE a.plain_name = split_part(q.parent, '|', 1)))[1] AS named,
               array_agg(DISTINCT coalesce(a.buying_unit_id, a.id)) AS units
          FROM asked q JOIN rounds_account a ON a.domain = q.domain
         WHERE q.domain <> '' AND q.domain <> ALL (%(free)s) GROUP BY 1, 2
    ), by_name AS (
        SELECT q.domain, q.parent, (array_agg(a.id))[1] AS id
          FROM asked q JOIN rounds_account a ON a.plain_name = split_part(q.parent, '|', 1)
         WHERE split_part(q.parent, '|', 1) <> '' AND (split_part(q.parent, '|', 2) = '' OR a.state = split_part(q.parent, '|', 2))
         GROUP BY 1, 2 HAVING count(*) = 1
    )
    UPDATE pg_temp.matching r
       SET account_id = coalesce(d.named, CASE WHEN cardinality(d.units) = 1 THEN d.units[1] END, n.id)
      FROM asked q LEFT JOIN by_domain d ON d.domain = q.domain AND d.parent = q.parent
                   LEFT JOIN by_name n ON n.domain = q.domain AND n.parent = q.parent
     WHERE r.of_id = %(of)s AND r.verdict = '' AND r.target IS NULL AND r.domain = q.domain AND r.parent = q.parent
       AND coalesce(d.named, CASE WHEN cardinality(d.units) = 1 THEN d.units[1] END, n.id) IS NOT NULL
"""
BEGIN = """
    CREATE TEMPORARY TABLE matching ON COMMIT DROP AS
    SELECT id, of_id, number, line, external, email, domain, place, ccn, parent, {said}answer, verdict, says, fault, target, account_id,
           lead_id, contact_id, opportunity_id FROM rounds_importrow WHERE of_id = %(of)s AND verdict IN ('', 'duplicate')
"""
READ = ("status", "stage")
"""Nouns whose way to a record asks what a row says; for the others those words would be carried about for nothing."""
# A table of one's own can be analysed, and what it holds is written back at once.
END = """
    UPDATE rounds_importrow r SET verdict = m.verdict, says = m.says, fault = m.fault, target = m.target, account_id = m.account_id,
           lead_id = m.lead_id, contact_id = m.contact_id, opportunity_id = m.opportunity_id FROM pg_temp.matching m WHERE r.id = m.id
"""
ANSWERED = """
    UPDATE pg_temp.matching r SET verdict = CASE answer WHEN 'skip' THEN 'skipped' ELSE '' END,
           says = CASE answer WHEN 'skip' THEN 'Left out, as you said' ELSE '' END
     WHERE of_id = %(of)s AND verdict = 'duplicate' AND answer <> ''
"""
ALONE = "t.merged_into_id IS NULL"
"""A record that was taken into another is found by its id alone, and stands for the one it was taken into."""
SPELLED = {
    "lead": {
        "external_id": ("t.external_id", "t.external_id = q.key", "true"), "email": ("t.email", "t.email = q.key", ALONE),
        "name_state": ("lower(t.name) || '|' || t.state",
                       "t.name >= '' AND lower(t.name) || '|' || t.state = q.key AND split_part(q.key, '|', 2) <> ''", ALONE),
    },
    "account": {
        "external_id": ("t.external_id", "t.external_id = q.key", "true"),
        "name_state": ("t.plain_name || '|' || t.state", "t.plain_name = split_part(q.key, '|', 1) AND t.state = split_part(q.key, '|', 2)", "t.status = 'open' AND t.merged_into_id IS NULL"),
        "domain": ("t.domain", "t.domain = q.key", "t.is_unit AND t.merged_into_id IS NULL"), "ccn": ("t.ccn", "t.ccn = q.key", "true"),
    },
    "contact": {
        "external_id": ("t.external_id", "t.external_id = q.key", "true"), "email": ("t.email", "t.email = q.key", ALONE),
    },
    "activity": {"external_id": ("t.external_id", "t.external_id = q.key", "true")},
    "owner": {"email": ("t.email", "t.email = q.key", "true"), "external_id": ("t.external_id", "t.external_id = q.key", "true")},
    "status": {},
    "deal": {"external_id": ("t.external_id", "t.external_id = q.key", "true")},
    "stage": {},
}  # fmt: skip
"""Noun → key → how the record says it, how it is joined (so that an index is used), what else must hold."""


def match(work: Work, table: str, place: Callable[[Work], None] | None) -> None:
    """Find the record of each row that was understood. Effects: target, account and verdict of the staged rows.

    `place` is the noun's own way to what a row hangs on; its statements work on `pg_temp.matching` too.
    """
    spelled, said = SPELLED[work.noun.code], {"of": work.of.id, "free": list(FREE_MAIL)}
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS pg_temp.matching")
        cursor.execute(BEGIN.format(said="said, " if work.noun.code in READ else ""), said)
        cursor.execute("ANALYZE pg_temp.matching (id, of_id, number, line, external, email, domain, place, ccn, parent, answer, verdict, target)")
        cursor.execute(ANSWERED, said)
        for key in work.match:
            if key in spelled:
                _by_key(cursor, work, key, table, spelled[key], said)
        cursor.execute(ONE_ROW_A_RECORD, said)
        if work.noun.code == "lead":
            cursor.execute(ACCOUNTS, said)
        if place is not None:
            place(work)
        cursor.execute(END, said)
        cursor.execute("DROP TABLE pg_temp.matching")


def _by_key(cursor: Any, work: Work, key: str, table: str, spelled: tuple[str, str, str], said: dict[str, Any]) -> None:
    column, (theirs, joined, also) = COLUMN[key], spelled
    values = {**said, "word": work.noun.keys[key]}
    parts = {"column": column, "theirs": theirs, "table": table, "joined": joined, "also": also,
             "whole": "coalesce(t.merged_into_id, t.id)" if work.noun.code in ("lead", "account", "contact") else "t.id"}
    cursor.execute(TWICE.format(**parts), values)
    cursor.execute(FOUND.format(**parts), values)
    cursor.execute(SEVERAL.format(**parts), values)
