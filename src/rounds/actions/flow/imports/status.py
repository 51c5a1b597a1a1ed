"""Statuses leads had in another system: back-dated and marked, so that conversion and duration hold on the first day."""

from __future__ import annotations

import sys
from datetime import datetime
from typing import Any

from django.db import connection

from rounds.actions.flow import staged
from rounds.actions.flow.imports.cells import CellRefused, moment, picked
from rounds.actions.flow.imports.comparing import Row
from rounds.actions.flow.imports.nouns import LeftOut, Noun, Target, register
from rounds.actions.flow.imports.work import Understood, Work
from rounds.kit.ids import new_id
from rounds.models import LeadStatusChange
from rounds.playbook import Playbook

NEEDS = ("now",)
BY = "import"


def targets(book: Playbook) -> tuple[Target, ...]:
    """What a column of a status history may mean."""
    values = book.picklists.lead_status.values
    return (Target("lead", "Lead"), Target("was", "Status before", "choice", values), Target("now", "Status", "choice", values),
            Target("at", "Since", "when"), Target("by", "Who changed it"), Target("field", "Field that changed"))  # fmt: skip


def understood(work: Work, cells: dict[str, str]) -> Understood:
    """A row as a status. Raises a Refusal that names the field, LeftOut for the history of another field."""
    if "status" not in cells.get("field", "status").lower().replace("hs_lead_status", "status"):
        raise LeftOut(f"The history of {cells['field'][:40]}: not a status")
    values = work.book.picklists.lead_status.values
    if "lead" not in cells or "at" not in cells:
        raise CellRefused("the lead or the moment is missing.", field="lead" if "lead" not in cells else "at")
    said: dict[str, Any] = {}
    for name in ("was", "now"):
        said[name] = picked(name, cells.get(name, ""), values)
        if said[name] and said[name] not in values:
            raise CellRefused(f"“{said[name][:40]}” is no status; say under Match values what it means: {', '.join(values)}.", field=name)
    if not said["now"]:
        raise CellRefused("the status is empty.", field="now")
    at = moment("since", cells["at"], work.zone)
    if at > work.memory["at"]:
        raise CellRefused("it lies in the future.", field="at")
    said |= {"at": at.isoformat(), "by": cells.get("by", "")[:200]}
    return Understood(said, {"place": cells["lead"], "email": cells["lead"].lower()})


def place(work: Work) -> None:
    """The lead of each row, by its id in the other system or its address; statuses that stand already are the same."""
    with connection.cursor() as cursor:
        cursor.execute("UPDATE pg_temp.matching r SET lead_id = t.id FROM rounds_lead t WHERE r.of_id = %s AND t.external_id = r.place", [work.of.id])
        cursor.execute("UPDATE pg_temp.matching r SET lead_id = t.id FROM (SELECT email, (array_agg(id))[1] AS id FROM rounds_lead WHERE email <> ''"
                       " GROUP BY 1 HAVING count(*) = 1) t WHERE r.of_id = %s AND r.lead_id IS NULL AND r.email = t.email", [work.of.id])  # fmt: skip
        cursor.execute("UPDATE pg_temp.matching SET verdict = 'error', fault = 'lead', says = 'Line ' || line || ': no such lead here; import the leads"
                       " first.' WHERE of_id = %s AND verdict = '' AND lead_id IS NULL", [work.of.id])  # fmt: skip
        cursor.execute("UPDATE pg_temp.matching r SET verdict = 'same', says = 'Imported before' FROM rounds_leadstatuschange s WHERE r.of_id = %s"
                       " AND r.verdict = '' AND s.lead_id = r.lead_id AND s.now = r.said ->> 'now' AND s.at = (r.said ->> 'at')::timestamptz",
                       [work.of.id])  # fmt: skip


def comes(work: Work, row: Row) -> str:
    """What a preview says of a status."""
    return f"{row.said['now']} since {row.said['at'][:10]}"


def write(work: Work, rows: list[Row], at: datetime) -> None:
    """Write one chunk. Effects: LeadStatusChange rows, back-dated, by "import" and whoever changed it there."""
    for row in rows:
        row.made, row.outcome = new_id(), "new"
    made = ((row.made, row.lead, row.said["was"], row.said["now"], row.said["at"], row.said["by"]) for row in rows)
    staged.pour(LeadStatusChange, ("id", "lead_id", "was", "now", "at", "by_name"), made, {"by_kind": BY, "reason": "imported"})


def restore(work: Work, rows: list[Row], at: datetime) -> tuple[int, int]:
    """Nothing of a status is changed by an import."""
    return 0, 0


COLUMNS_NEEDED = (("lead",), ("now",), ("at",))
register(Noun(
    "status", "Status history", "statuses", targets, keys={}, match=(), engine=sys.modules[__name__], needs="lead", url="/leads/",
    shows=("now", "was", "at"),
))  # fmt: skip
