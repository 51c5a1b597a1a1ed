"""Taking a whole import back: what it made goes, what it changed is put back, where nobody touched it since."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

from django.db import connection

from rounds.actions.flow import events
from rounds.actions.flow.deeds import deed
from rounds.actions.flow.imports.checking import rows_of, set_all
from rounds.actions.flow.imports.work import Work
from rounds.actions.trust import audit
from rounds.kit.actor import Actor
from rounds.models import ImportChunk


def take_back(work: Work, chunk: ImportChunk, *, by: Actor, at: datetime) -> dict[str, int]:
    """Take one chunk back: {"taken": records gone, "restored": values put back, "<reason>": left}.

    Effects: records deleted with what the import wrote below them, changed values as they were before, field history,
    an event for what went, an audit entry; the outcome of the staged rows. Raises OnHold where the database refuses.
    """
    size = work.book.imports.chunk.rows
    first, last = chunk.number * size + 1, (chunk.number + 1) * size
    with deed(by), events.quietly(work.of.id):
        chunk = ImportChunk.objects.select_for_update().get(pk=chunk.pk)
        if chunk.undone_at:
            return {}
        told = Counter(_gone(work, chunk.number, first, last))
        back = [row for row in rows_of(work, first, last, ("update",)) if row.outcome == "update" and row.before]
        if back:
            restored, left = work.noun.engine.restore(work, back, at)
            told["restored"] += restored
            told["left: changed since"] += left
            for row in back:
                row.outcome, row.before = "restored", None
            set_all(work.of, back, ("outcome", "before"))
        chunk.undone_at, chunk.left = at, dict(told)
        chunk.save(update_fields=["undone_at", "left"])
        audit.note(f"{work.noun.code}.import_undo", by=by, at=at, kind="batch", subject=work.of.id,
                   detail={"chunk": chunk.number, **told})  # fmt: skip
    return dict(told)


def _gone(work: Work, chunk: int, first: int, last: int) -> Counter:
    with connection.cursor() as cursor:
        cursor.execute(
            "WITH told AS (SELECT * FROM rounds_take_back(%s, %s, %s, %s, %s)),"
            " marked AS (UPDATE rounds_importrow r SET outcome = CASE t.why WHEN '' THEN 'taken' ELSE 'left' END,"
            " says = CASE t.why WHEN '' THEN says ELSE 'Left here: ' || t.why END FROM told t"
            " WHERE r.of_id = %s AND r.number = t.row_number)"
            " SELECT CASE why WHEN '' THEN 'taken' ELSE 'left: ' || why END, count(*) FROM told GROUP BY 1",
            [work.of.id, chunk, work.noun.code, first, last, work.of.id],
        )
        return Counter(dict(cursor.fetchall()))


def tell(work: Work, told: dict[str, int], *, by: Actor, at: datetime) -> None:
    """Say in an event what the undo did: records that are gone have no page left to say it on."""
    events.record("import.undone", {"batch": str(work.of.id), "name": work.of.name, "told": told}, by=by, at=at,
                  batch=work.of.id, quiet=True)  # fmt: skip
