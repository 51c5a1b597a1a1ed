"""From a query string to a checked Query. Nothing a person types reaches the ORM as a name."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any
from urllib.parse import quote
from uuid import UUID

from django.db.models import Q

from rounds.kit.clock import now
from rounds.models.listing.fields import SAYS, Field, FieldKept, Listing, ListRefused
from rounds.models.listing.places import plain, seal, unseal

MOST_CONDITIONS = 20
MOST_ROWS = 200
MOST_COLUMNS = 40
_NAME = re.compile(r"[a-z0-9_-]{1,60}")
BETWEEN = "~"
"""Parts the conditions of one `or` group; a value cannot hold it."""


@dataclass(frozen=True)
class Condition:
    """field · operator · values, as the chips show it."""

    field: Field
    op: str
    values: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The form it has in a URL."""
        asked = f"{self.field.name}.{self.op}"
        return f"{asked}.{','.join(self.values)}" if self.values else asked

    @property
    def says_op(self) -> str:
        return SAYS[self.op]

    @property
    def says_values(self) -> str:
        """The values in the words of their labels."""
        labels = dict(self.field.choices()) if self.field.choices else {}
        said = [labels.get(v, v) for v in self.values]
        unit = {"within": " days", "before": " days"}.get(self.op, "")
        if self.field.kind == "rate":
            unit = " %"
        if self.field.kind == "money":
            said = [f"${int(float(v)):,}" for v in said]
        return ", ".join(said) + unit


@dataclass(frozen=True)
class Query:
    """A checked request for a page of a list."""

    listing: Listing
    every: tuple[Condition, ...] = ()
    others: tuple[tuple[Condition, ...], ...] = ()
    sort: tuple[str, ...] = ()
    after: tuple[Any, ...] | None = None
    size: int = 50
    cols: tuple[str, ...] = ()
    """Columns the viewer chose; none = those the list opens with. A page ignores the ones it does not know."""
    view: str = ""
    """The saved view this began from, so that the page can say it was changed."""

    def where(self, context: Any = None) -> Q:
        """The filters as one Q. `context` (the searching viewer) is handed to custom filters."""
        held = _all(self.every, context)
        for group in self.others:
            held |= _all(group, context)
        return held

    @property
    def groups(self) -> list[tuple[Condition, ...]]:
        """The groups of conditions that were given; rows match that satisfy one group whole."""
        return [group for group in (self.every, *self.others) if group]

    def query_string(self, **changes: Any) -> str:
        """This query as a URL's query string, with `changes` applied (every, others, sort, after, size, cols, view)."""
        query = replace(self, **changes) if changes else self
        parts = [f"f={quote(c.text, safe='.,')}" for c in query.every]
        parts += ["or=" + quote(BETWEEN.join(c.text for c in group), safe=".,~") for group in query.others]
        if query.sort and query.sort != query.listing.opens_with:
            parts.append("sort=" + ",".join(query.sort))
        if query.cols:
            parts.append("cols=" + ",".join(query.cols))
        if query.view:
            parts.append("view=" + quote(query.view))
        if query.after is not None:
            parts.append("after=" + seal(query.after))
        return "&".join(parts)


def parse(listing: Listing, params: Mapping[str, Any], *, size: int = 50) -> Query:
    """The Query of `params` (a QueryDict or {name: list}). Raises ListRefused with what to say instead."""
    get = params.getlist if hasattr(params, "getlist") else lambda name: list(params.get(name, []))
    every = tuple(_condition(listing, text) for text in get("f") if text)
    others = tuple(
        tuple(_condition(listing, part) for part in text.split(BETWEEN) if part) for text in get("or") if text
    )
    if others and not every:
        every, others = others[0], others[1:]
    if len(every) + sum(map(len, others)) > MOST_CONDITIONS:
        raise ListRefused(f"A list takes at most {MOST_CONDITIONS} conditions; remove some.")
    sort = tuple(key for text in get("sort") for key in text.split(",") if key) or listing.opens_with
    for key in sort:
        _shown_to_them(listing, key.removeprefix("-"))
        known = listing.fields.get(key.removeprefix("-"))
        if known is None or not known.sortable:
            names = ", ".join(f.name for f in listing.fields.values() if f.sortable)
            raise ListRefused(f"This list cannot be sorted by “{_shown(key.removeprefix('-'))}”; it can by: {names}.")
    if len(sort) > 4:
        raise ListRefused("A list is sorted by at most four columns.")
    after = next((unseal(text, len(sort) + 1) for text in get("after") if text), None)
    rows = next((text for text in get("size") if text), None)
    if rows is not None:
        if not re.fullmatch("[0-9]{1,4}", rows) or not 1 <= int(rows) <= MOST_ROWS:
            raise ListRefused(f"size is a number from 1 to {MOST_ROWS}.")
        size = int(rows)
    cols = tuple(dict.fromkeys(name for text in get("cols") for name in text.split(",") if _NAME.fullmatch(name)))
    view = next((text for text in get("view") if _NAME.fullmatch(text)), "")
    return Query(listing, every, others, sort, after, size, cols[:MOST_COLUMNS], view)


def _condition(listing: Listing, text: str) -> Condition:
    name, _, rest = text.partition(".")
    op, _, said = rest.partition(".")
    _shown_to_them(listing, name)
    known = listing.fields.get(name)
    if known is None or not known.filterable:
        names = ", ".join(f.name for f in listing.fields.values() if f.filterable)
        raise ListRefused(f"This list has no field “{_shown(name)}” to filter by; it has: {names}.")
    if op not in known.operators:
        raise ListRefused(f"{known.label} cannot be asked “{_shown(op)}”; it can: {', '.join(known.operators)}.")
    if op in ("known", "unknown"):
        return Condition(known, op)
    values = tuple(v for v in (said.split(",") if known.kind not in ("words", "text") else [said]) if v)
    if not values:
        raise ListRefused(f"{known.label} {SAYS[op]} … what? Give a value after “{name}.{op}.”.")
    condition = Condition(known, op, values)
    _typed(condition)
    return condition


def _shown_to_them(listing: Listing, name: str) -> None:
    if name in listing.kept:
        said = listing.kept[name].label
        raise FieldKept(f"{said} is not shown to your role, so no list is filtered or sorted by it.", field=name)


def _typed(condition: Condition) -> list[Any]:
    kind, label = ("int" if condition.field.number else condition.field.kind), condition.field.label
    try:
        if not all(map(plain, condition.values)):
            raise ValueError
        match kind:
            case "int":
                return [int(v) for v in condition.values]
            case "money":
                return [round(float(v) * 100) for v in condition.values]
            case "rate":
                return [_finite(float(v)) / 100 for v in condition.values]
            case "when":
                return [now() - timedelta(days=min(int(v), 36_500)) for v in condition.values]
            case "date":
                return [date.fromisoformat(v) for v in condition.values]
            case "bool":
                return [{"yes": True, "no": False}[v] for v in condition.values]
            case "person":
                return [UUID(v) for v in condition.values if v != "me"]
            case "window":
                states = dict(condition.field.choices()) if condition.field.choices else {}
                return [v for v in condition.values if states[v]]
            case _:
                return list(condition.values)
    except (ValueError, KeyError, OverflowError) as error:
        wants = {"int": "a whole number", "money": "an amount in dollars", "rate": "a percentage",
                 "when": "a number of days", "date": "a day like 2026-11-20", "bool": "yes or no",
                 "person": "a person", "window": ", ".join(v for v, _ in condition.field.choices())
                 if condition.field.choices else ""}.get(kind, "plain text")  # fmt: skip
        raise ListRefused(f"{label} takes {wants}, not “{_shown(', '.join(condition.values))}”.") from error


def _shown(said: str) -> str:
    """What was said, short and printable, for a sentence."""
    plain = "".join(c if c.isprintable() else "�" for c in said[:61])
    return plain if len(plain) < 61 else plain[:60] + "…"


def _finite(number: float) -> float:
    if not math.isfinite(number):
        raise ValueError
    return number


def _all(group: Sequence[Condition], context: Any) -> Q:
    held = Q()
    for condition in group:
        held &= condition_q(condition, context)
    return held


def condition_q(condition: Condition, context: Any = None) -> Q:
    """One condition as a Q over allow-listed columns."""
    known, op, path = condition.field, condition.op, condition.field.path
    if known.custom is not None:
        return known.custom(op, condition.values, context)
    if op in ("known", "unknown"):
        blank = Q(**{f"{path}__isnull": True})
        if known.kind in ("text", "choice") and not known.number and not path.endswith("_id"):
            blank |= Q(**{path: ""})
        return blank if op == "unknown" else ~blank
    values = _typed(condition)
    if known.kind == "person":
        values += [context.id] if "me" in condition.values and context is not None else []
        path = f"{path}_id"
    match op:
        case "is":
            return Q(**{f"{path}__in": values}) if len(values) != 1 else Q(**{path: values[0]})
        case "not":
            return ~Q(**{f"{path}__in": values})
        case "within":
            return Q(**{f"{path}__gte": values[0]})
        case "gte" | "lte":
            # Said twice: Django drops a bound that lies beyond the column, and the unknown would pass.
            return Q(**{f"{path}__{op}": values[0], f"{path}__isnull": False})
        case "before":
            return Q(**{f"{path}__lt": values[0]}) | Q(**{f"{path}__isnull": True})
        case _:  # starts: a range, because row security lets no LIKE use an index
            return Q(**{f"{path}__gte": values[0], f"{path}__lt": values[0] + "\U0010ffff"})
