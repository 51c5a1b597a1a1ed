"""New rows that are much like a record that is here: asked about in the preview, by the rule of duplicates (LEAD-31)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.db.models import BooleanField, F, Func, Q, QuerySet, TextField, UUIDField, Value

from rounds.actions.flow.imports.comparing import Row
from rounds.actions.flow.imports.work import Work
from rounds.actions.market.duplicates import COLUMNS, record
from rounds.actions.market.merge_nouns import NOUNS
from rounds.kit.text import digits
from rounds.models import ImportRow
from rounds.rules import duplicates

MOST = 20_000
"""Records a stretch of rows is compared with at most."""
ASKED = ("duplicate", "{points} % like {name}; say whether it is the same")


def ask(work: Work, rows: Sequence[Row]) -> None:
    """Ask about the new ones of `rows` that are like a record their importer sees, from `alike` of imports.yaml on. What was
    answered is done as answered; where a file is matched by nothing, every row is new. Puts verdict, target and sentence on the rows."""
    noun = work.noun.code
    if noun not in COLUMNS or not work.match:
        return
    new = [row for row in rows if row.verdict == "new"]
    here = _near(noun, new) if new else []
    if not here:
        return
    answers = dict(ImportRow.objects.filter(of=work.of, number__in=[row.number for row in new]).exclude(answer="").values_list("number", "answer"))
    for number, (key, name, points) in _surest(work, noun, new, here).items():
        row = new[number]
        match answers.get(row.number):
            case None:
                row.target, (row.verdict, says) = key, ASKED
                row.says = says.format(points=points, name=name)
            case "same":
                row.target, row.verdict, row.says = key, "update", f"The same as {name}, as you said"


def _surest(work: Work, noun: str, new: Sequence[Row], here: Sequence[tuple[Any, ...]]) -> dict[int, tuple[UUID, str, int]]:
    """Position of a new row → the record it is most like, with its name and points."""
    kept = [record(noun, dict(zip(COLUMNS[noun], said, strict=True))) for _, *said in here]
    pairs = duplicates.find(work.book, noun, [*kept, *(_said(noun, row) for row in new)])
    found: dict[int, tuple[UUID, str, int]] = {}
    for pair in pairs:  # the surest first
        first, second = sorted((pair.one, pair.other))
        if first < len(kept) <= second and pair.points >= work.book.imports.alike.at_least:
            found.setdefault(second - len(kept), (here[first][0], str(kept[first]["name"]), pair.points))
    return found


def _said(noun: str, row: Row) -> dict[str, Any]:
    """A row under the names of the rule; an account is compared by its own words, a person by where they belong."""
    return record(noun, {name: row.account if name == "account_id" else row.said.get(name) or "" for name in COLUMNS[noun]})


def _near(noun: str, new: Sequence[Row]) -> list[tuple[Any, ...]]:
    """Key and columns of the records that share with one of the rows what an index finds: an address, a number, an
    account; of accounts the state."""
    rows: QuerySet = NOUNS[noun].model.objects.filter(merged_into=None)
    if noun == "account":
        asked = Q(state__in=_all(new, "state"), status="open")
    else:
        asked = _any("email", _all(new, "email")) | _any("account_id", {row.account for row in new if row.account})
        if numbers := {digits(said) for said in _all(new, "phone")} - {""}:
            index = NOUNS[noun].model._meta.get_field("phone_index")
            asked |= _any("phone_index", {blind for number in numbers for blind in index.blinds(NOUNS[noun].model, number)})
    return list(rows.filter(asked).order_by("pk").values_list("pk", *COLUMNS[noun])[:MOST])


def _any(column: str, values: Collection[Any]) -> Q:
    """The column is one of `values`, told as one array: five thousand parameters take longer to write than to answer."""
    return Q(_IsAny(F(column), Value(list(values), output_field=ArrayField(UUIDField() if column == "account_id" else TextField()))))


class _IsAny(Func):
    template, arg_joiner, output_field = "%(expressions)s)", " = ANY(", BooleanField()


def _all(rows: Sequence[Row], name: str) -> set[str]:
    return {said for row in rows if (said := row.said.get(name))}
