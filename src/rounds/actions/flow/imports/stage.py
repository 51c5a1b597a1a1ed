"""Stages deals stood in elsewhere: back-dated and marked, so that conversion and time in stage hold on the first day."""

from __future__ import annotations

import sys
from datetime import datetime
from typing import Any

from django.db import connection

from rounds.actions.flow import staged
from rounds.actions.flow.imports.cells import CellRefused, moment
from rounds.actions.flow.imports.comparing import Row
from rounds.actions.flow.imports.deal import of_list, stages
from rounds.actions.flow.imports.nouns import LeftOut, Noun, Target, register
from rounds.actions.flow.imports.work import Understood, Work
from rounds.kit.ids import new_id
from rounds.models import StageEntry
from rounds.models.base import signature
from rounds.playbook import Playbook

NEEDS = ("now",)
NAMES = ("id", "opportunity_id", "was", "now", "process_was", "process_now", "way", "entered_at", "reason")
SINCE = """
    UPDATE rounds_opportunity o SET stage_since = e.at, process_since = e.at
      FROM (SELECT opportunity_id, now, max(entered_at) AS at FROM rounds_stageentry WHERE opportunity_id = ANY (%s) AND cause = 'import' GROUP BY 1, 2) e
     WHERE o.id = e.opportunity_id AND o.stage = e.now AND o.stage_since < e.at
       AND NOT EXISTS (SELECT 1 FROM rounds_stageentry x WHERE x.opportunity_id = o.id AND x.cause <> 'import')
"""

# Some exports say only where a deal stood: it came from where its row before says. (file, row) → the stage before.
CAME = """
    SELECT id, said ->> 'now' AS now, lag(said ->> 'now') OVER (PARTITION BY opportunity_id ORDER BY (said ->> 'at')::timestamptz, number) AS was
      FROM pg_temp.matching WHERE of_id = %s AND verdict = '' AND opportunity_id IS NOT NULL
"""
CAME_FROM = f"""
    UPDATE rounds_importrow r SET said = jsonb_set(r.said, '{{was}}', to_jsonb(p.was)) FROM ({CAME}) p
     WHERE r.id = p.id AND r.said ->> 'was' = '' AND p.was IS NOT NULL AND p.was <> p.now
"""
STAYED = f"""
    UPDATE pg_temp.matching r SET verdict = 'skipped', says = 'The stage stayed the same' FROM ({CAME}) p
     WHERE r.id = p.id AND r.said ->> 'was' = '' AND p.was = p.now
"""


def targets(book: Playbook) -> tuple[Target, ...]:
    """What a column of a stage history may mean."""
    names = tuple(stages(book))
    return (Target("deal", "Deal"), Target("was", "Stage before", "choice", names), Target("now", "Stage", "choice", names),
            Target("at", "Since", "when"), Target("by", "Who changed it"), Target("field", "Field that changed"))  # fmt: skip


def understood(work: Work, cells: dict[str, str]) -> Understood:
    """A row as an entry. Raises a Refusal that names the field, LeftOut for the history of another field."""
    if "stage" not in cells.get("field", "stage").lower():
        raise LeftOut(f"The history of {cells['field'][:40]}: not a stage")
    for name in ("deal", "at", "now"):
        if name not in cells:
            raise CellRefused({"deal": "the deal is missing.", "at": "the moment is missing.", "now": "the stage is empty."}[name], field=name)
    known = stages(work.book)
    said: dict[str, Any] = {"now": of_list("stage", cells["now"], known), "was": of_list("stage", cells["was"], known) if "was" in cells else ""}
    at = moment("since", cells["at"], work.zone)
    if at > work.memory["at"]:
        raise CellRefused("it lies in the future.", field="at")
    if said["was"] == said["now"]:
        raise LeftOut("The stage stayed the same")
    said |= {"at": at.isoformat(), "by": cells.get("by", "")[:200]}
    return Understood(said, {"place": cells["deal"]})


def place(work: Work) -> None:
    """The deal of each row, by its id in the other system, and where it came from; entries that stand already are the same."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE pg_temp.matching r SET opportunity_id = t.id FROM rounds_opportunity t WHERE r.of_id = %s AND t.external_id = r.place",
                       [work.of.id])  # fmt: skip
        cursor.execute("UPDATE pg_temp.matching SET verdict = 'error', fault = 'deal', says = 'Line ' || line || ': no such deal here; import the deals"
                       " first.' WHERE of_id = %s AND verdict = '' AND opportunity_id IS NULL", [work.of.id])  # fmt: skip
        cursor.execute(CAME_FROM, [work.of.id])
        cursor.execute(STAYED, [work.of.id])
        cursor.execute("UPDATE pg_temp.matching r SET verdict = 'same', says = 'Imported before' FROM rounds_stageentry s WHERE r.of_id = %s"
                       " AND r.verdict = '' AND s.opportunity_id = r.opportunity_id AND s.now = r.said ->> 'now' AND s.way <> 'imported'"
                       " AND s.entered_at = (r.said ->> 'at')::timestamptz", [work.of.id])  # fmt: skip


def comes(work: Work, row: Row) -> str:
    """What a preview says of an entry."""
    return f"{work.book.stages.by_code[row.said['now']].title} since {row.said['at'][:10]}"


def write(work: Work, rows: list[Row], at: datetime) -> None:
    """Write one chunk. Effects: StageEntry rows, back-dated, by cause "import"; since when an imported deal is in its stage."""
    for row in rows:
        row.made, row.outcome = new_id(), "new"
    same = {**signature(work.by, at), "cause": "import", "playbook_hash": work.now.hash}
    staged.pour(StageEntry, NAMES, [_entry(work, row) for row in rows], same)
    with connection.cursor() as cursor:
        cursor.execute(SINCE, [list({row.deal for row in rows})])


def _entry(work: Work, row: Row) -> tuple[Any, ...]:
    book, was, now = work.book.stages, row.said["was"], row.said["now"]
    by = f"changed by {row.said['by']}" if row.said["by"] else "imported"
    return (row.made, row.deal, was, now, book.process_of(was) or "" if was else "", book.process_of(now) or "", way_of(work, was, now), row.said["at"], by)


def way_of(work: Work, was: str, now: str) -> str:
    """How an entry elsewhere would be called here."""
    book = work.book.stages
    end = book.by_code[now].end
    if not was or end:
        return end or "opened"
    if was not in book.way or book.by_code[was].end:
        return "reopened"
    here, there = book.way.index(was), book.way.index(now)
    return "backward" if there < here else "forward" if there == here + 1 else "skipped"


def restore(work: Work, rows: list[Row], at: datetime) -> tuple[int, int]:
    """Nothing of an entry is changed by an import."""
    return 0, 0


MODEL = StageEntry
COLUMNS_NEEDED = (("deal",), ("now",), ("at",))
register(Noun(
    "stage", "Stage history", "stages", targets, keys={}, match=(), engine=sys.modules[__name__], needs="opportunity", url="/opportunities/",
    shows=("now", "was", "at"),
))  # fmt: skip
