"""Writing a checked file: chunks of at most 5,000 rows, each its own transaction, none of them written twice."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from django.db import connection
from django.db.models import F

from rounds.actions.flow import events
from rounds.actions.flow.deeds import deed
from rounds.actions.flow.imports.checking import rows_of, set_all
from rounds.actions.flow.imports.comparing import Row
from rounds.actions.flow.imports.work import Work
from rounds.actions.trust import audit
from rounds.kit.actor import Actor
from rounds.kit.ids import new_id
from rounds.models import Import

ONCE = "INSERT INTO rounds_importchunk (id, of_id, number, at, counts, \"left\") VALUES (%s, %s, %s, %s, '{}', '{}') ON CONFLICT DO NOTHING"
LINKS = """SELECT string_agg(quote_ident(conname), ', ') FROM pg_constraint
            WHERE contype = 'f' AND condeferred AND (conrelid = %s::regclass OR confrelid = %s::regclass)"""
"""The references of a table's rows, and those of others to them."""
WRITTEN = ("new", "update", "same", "duplicate")


def write(work: Work, chunk: int, *, by: Actor, at: datetime) -> dict[str, int] | None:
    """Write chunk `chunk` of a checked import; its counts, None where it stands already.

    Chunks may be written side by side; each is closed in its turn (turns.py). Raises OutOfTurn.

    Effects: those of the noun's own write (rows, history, quiet events of the batch), the chunk's row, the outcome of its
    staged rows, how many are done, an audit entry.
    """
    size = work.book.imports.chunk.rows
    first, last = chunk * size + 1, (chunk + 1) * size
    with deed(by), events.quietly(work.of.id):
        if not _claimed(work, chunk, at):
            return None
        rows = rows_of(work, first, last, WRITTEN)
        doing = [row for row in rows if _meant(row)]
        if any(row.verdict == "update" for row in doing):
            work.turn.alone()
        with _born_here(work.of):
            work.noun.engine.write(work, doing, at)
        work.turn.gave(work.turn.given)
        counts = Counter(row.outcome or row.verdict for row in rows)
        # What was written is not kept twice: the words of a row go with its writing, those that were refused stay.
        set_all(work.of, [row for row in doing if row.outcome != "refused"], ("outcome", "made", "before"), ", cells = '', said = '{}'")
        set_all(work.of, [row for row in doing if row.outcome == "refused"], ("outcome", "says"))
        _links_hold(work)
        work.turn.end()
        done = min(last, work.of.rows)
        with connection.cursor() as cursor:
            cursor.execute("UPDATE rounds_importchunk SET counts = %s, written_at = clock_timestamp() WHERE of_id = %s AND number = %s", [json.dumps(counts), work.of.id, chunk])
        Import.objects.filter(pk=work.of.pk).update(done=F("done") + done - first + 1, step_at=at)
        audit.note(f"{work.noun.code}.import", by=by, at=at, kind="batch", subject=work.of.id,
                   detail={"chunk": chunk, **counts})  # fmt: skip
    return dict(counts)


def _claimed(work: Work, chunk: int, at: datetime) -> bool:
    """Whether the chunk is this transaction's to write: a second worker waits here for the first and finds it done."""
    with connection.cursor() as cursor:
        cursor.execute(ONCE, [new_id(), work.of.id, chunk, at])
        return cursor.rowcount == 1


def _links_hold(work: Work) -> None:
    """Have the database look now whether what was written points at rows that are there, and not at the commit, which
    nobody may begin before another has ended. The audit entry is not named: it is sealed at the very end."""
    model = getattr(work.noun.engine, "MODEL", None)
    if model is None:
        return
    with connection.cursor() as cursor:
        if "links" not in work.memory:
            cursor.execute(LINKS, [model._meta.db_table] * 2)
            work.memory["links"] = cursor.fetchone()[0]
        if work.memory["links"]:
            cursor.execute(f"SET CONSTRAINTS {work.memory['links']} IMMEDIATE")


@contextmanager
def _born_here(of: Import) -> Iterator[None]:
    """Tell the database whose the rows are that come into being in the block: it notes them, and takes back only those."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('rounds.import', %s, true)", [str(of.pk)])
        yield
        cursor.execute("SELECT set_config('rounds.import', '', true)")


def _meant(row: Row) -> bool:
    """Whether a row is written; a duplicate that nobody answered, and what differs in nothing, is left."""
    return row.verdict in ("new", "update")

