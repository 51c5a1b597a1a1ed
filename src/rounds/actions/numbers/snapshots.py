"""Keeping how every deal stood at the end of a day, so that a number can be told as it was told then."""

from __future__ import annotations

import json
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import connection

from rounds.actions.flow.deeds import deed
from rounds.actions.trust import audit
from rounds.kit.actor import Actor
from rounds.kit.refusal import Refusal
from rounds.models import DealSnapshot, Opportunity, SnapshotDay
from rounds.models.base import signature
from rounds.models.deals.standing import chances
from rounds.models.flow.active import active
from rounds.models.numbers.snapshots import KEPT
from rounds.models.numbers.tables import GIVEN, TABLES


class DayIsKept(Refusal):
    """The snapshot of this day, or of a later one, was taken already, and is not rewritten."""

    status = 409


def keep(day: date, *, by: Actor, at: datetime) -> SnapshotDay:
    """Keep how every deal stands as the end of `day`: a row for each that differs from its last one.

    Effects: DealSnapshot rows, SnapshotDay, an audit entry. One statement, however many deals there are. Raises DayIsKept
    (409): the database refuses a second one as well.
    """
    return _kept(day, "", [], False, by=by, at=at)


def restate(day: date, *, by: Actor, at: datetime) -> SnapshotDay:
    """Keep how every deal stood at the end of `day`, a day on which nobody kept it: as the field history says, marked `restated`.

    What stands beside a deal (its account's segment and tier, its lead, the chance of its stage) is as it is now, and when it was
    last touched is only said where that is known of then. Effects: those of `keep`. Raises DayIsKept (409).
    """
    after = datetime.combine(day + timedelta(days=1), time(), tzinfo=ZoneInfo(active().playbook.calendar.zones.house))
    return _kept(day, AS_OF, [after, after, after], True, by=by, at=at)


def _kept(day: date, before: str, given: list[Any], restated: bool, *, by: Actor, at: datetime) -> SnapshotDay:
    if SnapshotDay.objects.filter(day__gte=day).exists():
        raise DayIsKept
    with deed(by):
        with connection.cursor() as cursor:
            cursor.execute(_statement(before), [*given, *_given(), day])
            deals, changed = cursor.fetchone()
        kept = SnapshotDay.objects.create(day=day, deals=deals, changed=changed, restated=restated, **signature(by, at))
        audit.note("numbers.kept", by=by, at=at, kind="snapshot", subject=kept.id,
                   detail={"day": day.isoformat(), "deals": deals, "changed": changed, **({"restated": True} if restated else {})})  # fmt: skip
    return kept


COLUMNS = [field.column for field in Opportunity._meta.local_concrete_fields if field.name not in ("updated_at", "touched_at")]
AS_OF = f"""
        rounds_opportunity AS MATERIALIZED (
            SELECT was.*, CASE WHEN o.touched_at < %s THEN o.touched_at
                               ELSE (SELECT s.touched_at FROM rounds_dealsnapshot s WHERE s.opportunity_id = o.id ORDER BY s.day DESC LIMIT 1) END AS touched_at
            FROM public.rounds_opportunity o JOIN (
                SELECT DISTINCT ON (id) {", ".join(f'"{name}"' for name in COLUMNS)} FROM (
                    SELECT {", ".join("pgh_obj_id AS id" if name == "id" else f'"{name}"' for name in COLUMNS)}, pgh_created_at AS until, pgh_id::text AS place
                    FROM rounds_opportunityhistory WHERE pgh_created_at >= %s
                    UNION ALL SELECT {", ".join(f'"{name}"' for name in COLUMNS)}, 'infinity', '' FROM public.rounds_opportunity) each
                WHERE at < %s ORDER BY id, until, place) was ON was.id = o.id),"""
"""Deals as they stood before a moment: before their first change after it, or as they stand. Takes the place of the table in the
statement, which so tells of that day."""


def _given() -> list[str]:
    book = active().playbook
    won, lost = book.stages.ending("won"), book.stages.ending("lost")
    said = {"won": won, "lost": lost, "chances": json.dumps({code: one.bp for code, one in chances(book).items()})}
    return [said[word] for word in GIVEN["deals"]]


def _statement(before: str = "") -> str:
    """Compare every deal with its last row and keep what differs; answers how many there are, and how many were kept."""
    table, columns = DealSnapshot._meta.db_table, ", ".join(f'"{name}"' for name in KEPT)
    new, old = (", ".join(f'{alias}."{name}"' for name in KEPT) for alias in ("now", "was"))
    return f"""
        WITH {before} now AS MATERIALIZED ({TABLES["deals"].replace("{seen:d}", "TRUE")}),
        was AS (SELECT DISTINCT ON (opportunity_id) * FROM {table} ORDER BY opportunity_id, day DESC),
        kept AS (
            INSERT INTO {table} (id, opportunity_id, day, {columns})
            SELECT gen_random_uuid(), now.id, %s, {new} FROM now LEFT JOIN was ON was.opportunity_id = now.id
            WHERE was.opportunity_id IS NULL OR ({new}) IS DISTINCT FROM ({old})
            RETURNING 1)
        SELECT (SELECT count(*) FROM now), (SELECT count(*) FROM kept)"""
