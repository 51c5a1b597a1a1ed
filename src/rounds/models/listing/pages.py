"""Keyset pages: the next page costs what the first one did, however far down it is."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar

from django.core.exceptions import ValidationError
from django.db.models import Model, Q, QuerySet

from rounds.models.listing.grammar import ListRefused, Query
from rounds.models.listing.keys import Key, may_be_null

Row = TypeVar("Row")


@dataclass(frozen=True)
class Page(Generic[Row]):
    """The rows of one page, and the place after which the next begins (None on the last)."""

    rows: list[Row]
    next: tuple[Any, ...] | None
    query: Query

    @property
    def next_query(self) -> str:
        """The query string of the next page, '' on the last."""
        return self.query.query_string(after=self.next) if self.next is not None else ""


def page_of(rows: QuerySet, query: Query, *, context: Any = None, columns: Sequence[str] = ()) -> Page:
    """One page of `rows` (already narrowed by the viewer's scope) under `query`: two queries at most, but for ranked keys.

    With `columns` (ORM paths) the rows are tuples of those, which costs less than whole records. A list sorted by a
    ranked key asks once for each of its values until the page is full. Unknown values come
    last in either direction; rows where the first key is unknown are asked for by themselves, because only then can
    the rest be read off an index.
    """
    found = rows.filter(query.where(context))
    if query.listing.fetch and not columns:
        found = found.select_related(*query.listing.fetch)
    keys = _keys(found.model, query)

    def take(rows: QuerySet, most: int) -> list:
        return list((rows.values_list(*columns, *(key.path for key in keys), "pk") if columns else rows)[:most])

    try:
        got = _stretch(found, keys, query.after, query.size + 1, take)
    except (ValueError, TypeError, OverflowError, ValidationError) as error:
        raise ListRefused("This page of the list is gone; start again from its first page.") from error
    if columns:
        width = len(columns)
        places, got = [tuple(map(_said, row[width:])) for row in got], [row[:width] for row in got]
    else:
        places = [(*(_said(_read(row, key.path)) for key in keys), row.pk) for row in got[: query.size]]
    after = places[query.size - 1] if len(got) > query.size else None
    return Page(got[: query.size], after, query)


def _keys(model: type[Model], query: Query) -> list[Key]:
    """What a query is sorted by. Of the first key unknown values are read apart, so none is mixed among it."""
    fields = [(query.listing.fields[key.removeprefix("-")], key.startswith("-")) for key in query.sort]
    return [Key.of(field, falling=falling, mixed=n > 0 and may_be_null(model, field.path)) for n, (field, falling) in enumerate(fields)]


Take = Callable[[QuerySet, int], list]
"""Reads the first rows of an ordered queryset."""
After = tuple[Any, ...] | None
"""The values of the keys and the id of the last row of the page before."""


def _stretch(found: QuerySet, keys: list[Key], after: After, most: int, take: Take) -> list:
    """The first `most` rows after a place, in order: those whose first key is known, then the others."""
    if keys and keys[0].ranks:
        return _by_rank(found, keys, after, most, take)
    if not keys or not may_be_null(found.model, keys[0].path):
        return _read_off(found, keys, after, most, take)
    first, got = keys[0].path, []
    if after is None or after[0] is not None:
        got = _read_off(found.filter(**{f"{first}__isnull": False}), keys, after, most, take)
        after = None
    if len(got) < most:
        rest = found.filter(**{f"{first}__isnull": True})
        got += _read_off(rest, keys, after, most - len(got), take)
    return got


def _by_rank(found: QuerySet, keys: list[Key], after: After, most: int, take: Take) -> list:
    """Where the first key is ranked: value by value, so that each is read off an index on (value, id) and nothing is
    sorted; then what has a value of no rank."""
    first, rest, got = keys[0], keys[1:], []
    turn = first.turn
    begun = 0 if after is None else turn.index(after[0]) if after[0] in turn else len(turn)
    for value in turn[begun:]:
        got += _read_off(found.filter(**{first.path: value}), rest, after and after[1:], most - len(got), take, falling=first.falling)
        after = None
        if len(got) >= most:
            return got
    return got + _read_off(found.exclude(**{f"{first.path}__in": turn}), [replace(first, ranks=()), *rest], after, most - len(got), take)


def _read_off(found: QuerySet, keys: list[Key], after: After, most: int, take: Take, *, falling: bool | None = None) -> list:
    """`falling`: which way the id breaks ties; that of the first key unless said, so that an index on (key, id) can be
    read either way."""
    falling = falling if falling is not None else bool(keys) and keys[0].falling
    if after is not None:
        found = found.filter(_after(keys, after, falling))
    order = [one for key in keys for one in key.order]
    return take(found.order_by(*order, "-id" if falling else "id"), most)


def _read(row: Any, path: str) -> Any:
    for part in path.split("__"):
        row = row.get(part) if isinstance(row, dict) else getattr(row, part, None)
    return row


def _said(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value


def _after(keys: list[Key], after: tuple[Any, ...], falling: bool) -> Q:
    """Rows that come later than `after` under these keys, nulls last, ties broken by id."""
    *values, last_id = after
    later, same, bound = Q(pk__in=[]), Q(), Q()
    for n, (key, value) in enumerate(zip(keys, values, strict=True)):
        if value is None:
            same &= Q(**{f"{key.path}__isnull": True})
            continue
        if n == 0 and not key.ranks and not key.mixed:  # says again, in a form an index can be entered by, what the rest implies
            bound = Q(**{f"{key.path}__{'lte' if key.falling else 'gte'}": value})
        later |= same & key.beyond(value)
        same &= Q(**{key.path: value})
    tie = Q(**{f"id__{'lt' if falling else 'gt'}": last_id})
    return bound & (later | (same & tie)) if keys else tie
