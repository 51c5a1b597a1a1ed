"""The preview: every row of the file understood, matched and told what will become of it. No record is written."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import TextField
from django.db.models.functions import Cast
from pydantic_core import from_json

from rounds.actions.flow.imports import likeness
from rounds.actions.flow.imports.comparing import Row
from rounds.actions.flow.imports.matching import match
from rounds.actions.flow.imports.nouns import LeftOut, offered
from rounds.actions.flow.imports.work import KEYS, Work
from rounds.actions.trust.suppressions import indexes_of
from rounds.kit.refusal import Refusal
from rounds.kit.written import as_json
from rounds.models import Import, ImportRow, Suppression

ERASED = "Belongs to somebody who asked to be erased; left out."
UNREADABLE = "unreadable"
"""The fault of a row whose cells do not fit the header: nothing else is asked of it."""


def understand(work: Work, first: int, last: int, *, at: datetime) -> int:
    """Understand the rows numbered `first` to `last`; how many. Effects: said, keys and faults of the staged rows."""
    work.memory |= {"at": at, "targets": offered(work.noun, work.book)}
    found, welcome = [], _Welcome()
    rows = ImportRow.objects.filter(of=work.of, number__gte=first, number__lte=last).exclude(fault=UNREADABLE).values_list("number", "line", "cells")
    for number, line, cells in rows.iterator(chunk_size=5000):
        try:
            one = work.noun.engine.understood(work, work.given(cells))
            keys = tuple(one.keys.get(name, "") for name in KEYS)
            welcome.ask(number, one.said)
            found.append([number, as_json(one.said), *keys, "", "", ""])
        except LeftOut as left:
            found.append([number, "{}", *[""] * len(KEYS), "skipped", str(left), ""])
        except Refusal as refusal:
            found.append([number, "{}", *[""] * len(KEYS), "error", f"Line {line}: {refusal}", refusal.field or ""])
    for number in welcome.kept_out():
        row = next(row for row in found if row[0] == number)
        row[-3:] = ["error", ERASED, "email"]
    _store(work.of, found)
    return len(found)


class _Welcome:
    """Addresses and numbers of people who were erased are kept out; asked once for a chunk, and not at all where nobody was."""

    def __init__(self) -> None:
        self.any, self.rows = Suppression.objects.exists(), {}

    def ask(self, number: int, said: dict[str, Any]) -> None:
        if self.any:
            for word in filter(None, (said.get("email"), said.get("phone"))):
                for index in indexes_of(word):
                    self.rows.setdefault(index, []).append(number)

    def kept_out(self) -> set[int]:
        if not self.rows:
            return set()
        found = Suppression.objects.filter(index__in=list(self.rows)).values_list("index", flat=True)
        return {number for index in found for number in self.rows[index]}


def _store(of: Import, found: list[list[Any]]) -> None:
    names = ", ".join(("said", *KEYS, "verdict", "says", "fault"))
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS pg_temp.understood")
        cursor.execute(f"CREATE TEMPORARY TABLE understood ON COMMIT DROP AS SELECT number, {names} FROM rounds_importrow WITH NO DATA")
        with cursor.copy(f"COPY understood (number, {names}) FROM STDIN") as copy:
            for row in found:
                copy.write_row(row)
        changes = ", ".join(f"{name} = u.{name}" for name in names.split(", "))
        cursor.execute(f"UPDATE rounds_importrow r SET {changes}, target = NULL, account_id = NULL, lead_id = NULL, contact_id = NULL, opportunity_id = NULL"
                       " FROM understood u WHERE r.of_id = %s AND r.number = u.number AND r.number BETWEEN %s AND %s", [of.id, *_stretch(row[0] for row in found)])  # fmt: skip
        cursor.execute("DROP TABLE pg_temp.understood")


def find(work: Work) -> None:
    """Match the understood rows of the whole file, as one set. Effects: targets and verdicts of the staged rows."""
    model = getattr(work.noun.engine, "MODEL", None)
    match(work, model._meta.db_table if model else "", getattr(work.noun.engine, "place", None))


def compare(work: Work, first: int, last: int, *, at: datetime) -> int:
    """Say of the rows numbered `first` to `last` what will become of them; how many are left. Effects: verdicts, sentences."""
    work.memory |= {"at": at, "targets": offered(work.noun, work.book)}
    rows = rows_of(work, first, last, ("",))
    matched = [row for row in rows if row.target is not None]
    if matched:
        work.noun.engine.compared(work, matched)
    for row in rows:
        if row.target is None:
            row.verdict, row.says = _new(work, row)
    likeness.ask(work, rows)
    set_all(work.of, rows, ("verdict", "says", "target"))
    return len(rows)


def _new(work: Work, row: Row) -> tuple[str, str]:
    needs = getattr(work.noun.engine, "NEEDS", ("name",))
    for name in needs:
        if not row.said.get(name) and not getattr(row, name, None):
            return "error", getattr(work.noun.engine, "LACKS", {}).get(name) or f"Line {row.line}: {name} is empty; a new {work.noun.code} needs it."
    told = work.noun.engine.comes(work, row) if hasattr(work.noun.engine, "comes") else f"A new {work.noun.title[:-1].lower()}"
    if row.said.get("held"):
        told += f"; {len(row.said['held'])} text held for review"
    return "new", told


def rows_of(work: Work, first: int, last: int, verdicts: Sequence[str]) -> list[Row]:
    """Staged rows of a stretch with one of `verdicts`, as they stand."""
    fields = ("number", "line", "text", "verdict", "target", "account_id", "lead_id", "contact_id", "opportunity_id", "external", "parent", "outcome", "made", "before")
    found = ImportRow.objects.filter(of=work.of, number__gte=first, number__lte=last, verdict__in=verdicts).order_by("number")
    return [
        Row(number, line, from_json(said), verdict, target, account, lead, contact, deal, external, parent, "", outcome, made, before)
        for number, line, said, verdict, target, account, lead, contact, deal, external, parent, outcome, made, before in found.annotate(text=Cast("said", TextField())).values_list(*fields)
    ]  # fmt: skip


def set_all(of: Import, rows: Sequence[Row], names: Sequence[str], more: str = "") -> None:
    """Write the fields `names` of rows that were worked on, in one statement."""
    if not rows:
        return
    with connection.cursor() as cursor:
        columns = ", ".join(names)
        cursor.execute("DROP TABLE IF EXISTS pg_temp.worked")
        cursor.execute(f"CREATE TEMPORARY TABLE worked ON COMMIT DROP AS SELECT number, {columns} FROM rounds_importrow WITH NO DATA")
        with cursor.copy(f"COPY worked (number, {columns}) FROM STDIN") as copy:
            for row in rows:
                values = [getattr(row, name) for name in names]
                copy.write_row([row.number, *(as_json(v) if isinstance(v, dict) else v for v in values)])
        changes = ", ".join(f"{name} = w.{name}" for name in names)
        cursor.execute(f"UPDATE rounds_importrow r SET {changes}{more} FROM worked w WHERE r.of_id = %s AND r.number = w.number AND r.number BETWEEN %s AND %s",
                       [of.id, *_stretch(row.number for row in rows)])  # fmt: skip
        cursor.execute("DROP TABLE pg_temp.worked")


def _stretch(numbers: Iterable[int]) -> tuple[int, int]:
    """From where to where rows are written: said to the database, which would else read the whole file for one chunk."""
    held = list(numbers)
    return min(held, default=0), max(held, default=0)


def counted(of: Import) -> dict[str, int]:
    """Verdict → rows of the whole file."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT verdict, count(*), count(*) FILTER (WHERE said ? 'held') FROM rounds_importrow WHERE of_id = %s GROUP BY 1", [of.id])
        found = cursor.fetchall()
    counts = {verdict: n for verdict, n, _ in found if verdict}
    if held := sum(n for _, _, n in found):
        counts["held"] = held
    return counts
