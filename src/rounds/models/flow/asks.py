"""Conditions as a filter: the columns reading of what `rules.automation.conditions` judges of one record.

Equal to it on every row, unknown included (tests/rules/automation): SQL counts in the same three values, and a text
that is empty is unknown here as there.
"""

from __future__ import annotations

from functools import reduce
from operator import and_, or_

from django.db.models import Q

from rounds.playbook.happenings import ASKS
from rounds.playbook.shapes.automation import Condition

NOTHING = Q(pk__in=())


class NoColumn(ValueError):
    """A question that has no column on the record."""


def as_q(condition: Condition | None, noun: str, holds: bool = True) -> Q:
    """The rows of `noun` (lead, account) for which `condition` is yes; with `holds` False those for which it is no."""
    if condition is None:
        return Q() if holds else NOTHING
    if condition.ask is not None:
        return _leaf(condition, noun, holds)
    if condition.not_ is not None:
        return as_q(condition.not_, noun, not holds)
    parts = [as_q(part, noun, holds) for part in condition.parts]
    joined = and_ if (condition.all is not None) == holds else or_
    return reduce(joined, parts)


def _leaf(condition: Condition, noun: str, holds: bool) -> Q:
    column = _column(condition.ask or "", noun)
    ask, (name, wanted) = ASKS[condition.ask or ""], condition.test
    unknown = Q(**{f"{column}__isnull": True})
    if ask.kind == "text" and not column.endswith("_id"):
        unknown |= Q(**{column: ""})
    if name == "known":
        return ~unknown if wanted == holds else unknown
    return ~unknown & _tested(column, ask.kind, name, wanted, holds)


def _tested(column: str, kind: str, name: str, wanted: object, holds: bool) -> Q:
    """The test of a known value: the rows it holds for, or does not."""
    if name in ("is_", "is_not"):
        words = wanted if isinstance(wanted, tuple) else (wanted,)
        found = Q(**{f"{column}__in": [word for word in words if _fits(kind, word)]})
        return found if (name == "is_") == holds else ~found
    if name == "has":
        found = Q(**{f"{column}__icontains": str(wanted)}) if kind == "text" else NOTHING
        return found if holds else ~found
    if kind != "number":
        return NOTHING if holds else Q()
    lookup = {"at_least": "gte", "above": "gt", "at_most": "lte", "below": "lt"}[name]
    found = Q(**{f"{column}__{lookup}": wanted})
    return found if holds else ~found


def _fits(kind: str, word: object) -> bool:
    if kind == "flag":
        return isinstance(word, bool)
    if kind == "number":
        return isinstance(word, int | float) and not isinstance(word, bool)
    return isinstance(word, str)


def _column(ask: str, noun: str) -> str:
    """The column of `ask` seen from `noun`: its own, or its account's."""
    if ask not in ASKS:
        raise NoColumn(ask)
    of, column = ask.partition(".")[0], ASKS[ask].column
    if of == noun:
        return column
    if (of, noun) == ("account", "lead"):
        return f"account__{column}"
    raise NoColumn(ask)
