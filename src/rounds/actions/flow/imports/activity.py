"""Activities from a file: calls, meetings and tasks of another system, back-dated; none of them makes heat (PLUS-04)."""

from __future__ import annotations

import sys
from datetime import datetime
from typing import Any

from django.db import connection

from rounds.actions.flow import staged
from rounds.actions.flow.imports import guard
from rounds.actions.flow.imports.cells import CellRefused, moment, picked
from rounds.actions.flow.imports.comparing import Row
from rounds.actions.flow.imports.nouns import Noun, Target, register
from rounds.actions.flow.imports.people import owner_of
from rounds.actions.flow.imports.work import Understood, Work
from rounds.kit.ids import new_id
from rounds.models import LeadActivity
from rounds.playbook import Playbook

MODEL = LeadActivity
BY = "import"
"""Kind of actor of what another system recorded: it counts for the last touch and for engagement, never for heat."""
NAMES = ("id", "lead_id", "account_id", "contact_id", "kind", "direction", "seniority", "subject", "body", "happened_at", "external_id", "by_name")
TOUCHED = """
    UPDATE rounds_{table} t SET last_touch_at = x.last FROM (
        SELECT {column} AS id, max(happened_at) AS last FROM rounds_leadactivity WHERE id = ANY (%s) AND {column} IS NOT NULL GROUP BY 1) x
     WHERE t.id = x.id AND (t.last_touch_at IS NULL OR t.last_touch_at < x.last)
"""


def targets(book: Playbook) -> tuple[Target, ...]:
    """What a column of a file of activities may mean."""
    return (
        Target("kind", "Kind", "choice", book.picklists.events.values), Target("happened_at", "When", "when"), Target("subject", "Subject"),
        Target("body", "Words"), Target("lead", "Lead or contact"), Target("account", "Account"),
        Target("direction", "Direction", "choice", ("in", "out")), Target("external_id", "External id", keeps=True), Target("owner", "Who did it", "person"),
    )  # fmt: skip


def understood(work: Work, cells: dict[str, str]) -> Understood:
    """A row as an activity. Raises a Refusal that names the field."""
    kinds = work.book.picklists.events.values
    kind = picked("kind", cells.get("kind", "call").replace(" ", "_").lower(), kinds)
    if kind not in kinds:
        raise CellRefused(f"“{cells['kind'][:40]}” is no kind of activity; say under Match values what it means: {', '.join(kinds)}.", field="kind")
    if "happened_at" not in cells:
        raise CellRefused("when it happened is missing.", field="happened_at")
    at = moment("when", cells["happened_at"], work.zone)
    if at > work.memory["at"]:
        raise CellRefused("it lies in the future; only what happened comes in as an activity.", field="happened_at")
    if "lead" not in cells and "account" not in cells:
        raise CellRefused("nobody it belongs to is named.", field="lead")
    said: dict[str, Any] = {"kind": kind, "happened_at": at.isoformat(), "subject": cells.get("subject", "")[:500], "body": cells.get("body", ""),
                            "direction": _direction(cells.get("direction", ""))}  # fmt: skip
    if "owner" in cells:
        owner_of(work, cells["owner"])
        said["by"] = cells["owner"]
    if held := guard.held(work, {name: said[name] for name in ("subject", "body")}):
        said["held"] = held
    return Understood(said, {"external": cells.get("external_id", ""), "email": cells.get("lead", "").lower(), "place": cells.get("lead", ""),
                             "parent": cells.get("account", "")})  # fmt: skip


def _direction(said: str) -> str:
    return "out" if said.lower().startswith("out") else "in"


def place(work: Work) -> None:
    """The lead, contact or account each row belongs to: by its id in the other system, then by address or name."""
    with connection.cursor() as cursor:
        for column, table in (("lead_id", "lead"), ("contact_id", "contact")):
            cursor.execute(f"UPDATE pg_temp.matching r SET {column} = t.id FROM rounds_{table} t WHERE r.of_id = %s AND r.place <> ''"
                           " AND t.external_id = r.place", [work.of.id])  # fmt: skip
            cursor.execute(
                f"UPDATE pg_temp.matching r SET {column} = t.id FROM (SELECT email, (array_agg(id))[1] AS id FROM rounds_{table} WHERE email <> ''"
                f" GROUP BY 1 HAVING count(*) = 1) t WHERE r.of_id = %s AND r.{column} IS NULL AND r.email = t.email", [work.of.id])  # fmt: skip
        cursor.execute("UPDATE pg_temp.matching r SET account_id = a.id FROM rounds_account a WHERE r.of_id = %s AND r.parent <> ''"
                       " AND a.external_id = r.parent", [work.of.id])  # fmt: skip
        cursor.execute("UPDATE pg_temp.matching r SET account_id = a.id FROM (SELECT lower(name) AS name, (array_agg(id))[1] AS id FROM rounds_account"
                       " GROUP BY 1 HAVING count(*) = 1) a WHERE r.of_id = %s AND r.account_id IS NULL AND r.parent <> '' AND a.name = lower(r.parent)",
                       [work.of.id])  # fmt: skip
        cursor.execute("UPDATE pg_temp.matching r SET account_id = coalesce(c.account_id, r.account_id) FROM rounds_contact c"
                       " WHERE r.of_id = %s AND c.id = r.contact_id AND r.lead_id IS NULL", [work.of.id])  # fmt: skip
        cursor.execute("UPDATE pg_temp.matching SET verdict = 'error', fault = 'lead', says = 'Line ' || line || ': no lead, contact or account found for it.'"
                       " WHERE of_id = %s AND verdict = '' AND lead_id IS NULL AND account_id IS NULL", [work.of.id])  # fmt: skip


NEEDS = ("kind",)


def comes(work: Work, row: Row) -> str:
    """What a preview says of a new activity."""
    return f"{row.said['kind'].replace('_', ' ').capitalize()} of {row.said['happened_at'][:10]}"


def compared(work: Work, rows: list[Row]) -> None:
    """What happened does not change: a row that was imported before is the same."""
    for row in rows:
        row.verdict, row.says = "same", "Imported before"


def write(work: Work, rows: list[Row], at: datetime) -> None:
    """Write one chunk. Effects: LeadActivity rows by "import", the last touch of leads and accounts, held texts."""
    waiting, made = [], []
    for row in rows:
        row.made, row.outcome = new_id(), "new"
        waiting += [(row.made, name, text, row.said["held"][name]) for name, text in guard.taken_out(row.said, ()).items()]
        made.append((row.made, row.lead, row.account, row.contact, row.said["kind"], row.said["direction"], "", row.said["subject"], row.said["body"],
                     row.said["happened_at"], row.external or None, row.said.get("by") or f"imported: {work.of.system or work.of.name}"))  # fmt: skip
    staged.pour(LeadActivity, NAMES, made, {"by_kind": BY, "at": at}, unless="external_id")
    with connection.cursor() as cursor:
        for table, column in (("account", "account_id"), ("lead", "lead_id")):
            cursor.execute(TOUCHED.format(table=table, column=column), [[row.made for row in rows]])
    guard.keep(work, "leadactivity", waiting, by=work.by, at=at)


def restore(work: Work, rows: list[Row], at: datetime) -> tuple[int, int]:
    """Nothing of an activity is changed by an import."""
    return 0, 0


COLUMNS_NEEDED = (("happened_at",), ("lead", "account"))
register(Noun(
    "activity", "Activities", "activities", targets, keys={"external_id": "external id"}, match=("external_id",), engine=sys.modules[__name__],
    needs="lead", url="/leads/", shows=("subject", "kind", "happened_at"),
))  # fmt: skip
