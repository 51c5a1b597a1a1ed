"""Keyset pages: the next page costs what the first one did, however far down it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.core.exceptions import ValidationError
from django.db.models import F, JSONField, Model, Q, QuerySet
from django.db.models.expressions import OrderBy

from rounds.models.listing.grammar import ListRefused, Query

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
    """One page of `rows` (already narrowed by the viewer's scope) under `query`: two queries at most.

    With `columns` (ORM paths) the rows are tuples of those, which costs less than whole records. Unknown values come
    last in either direction; rows where the first key is unknown are asked for by themselves, because only then can
    the rest be read off an index.
    """
    found = rows.filter(query.where(context))
    if query.listing.fetch and not columns:
        found = found.select_related(*query.listing.fetch)
    keys = [(key.removeprefix("-"), key.startswith("-")) for key in query.sort]
    paths = [(query.listing.fields[name].path, falling) for name, falling in keys]
    try:
        got = _stretch(found, paths, query.after, query.size + 1, columns)
    except (ValueError, TypeError, OverflowError, ValidationError) as error:
        raise ListRefused("This page of the list is gone; start again from its first page.") from error
    if columns:
        width = len(columns)
        places, got = [tuple(map(_said, row[width:])) for row in got], [row[:width] for row in got]
    else:
        places = [(*(_said(_read(row, path)) for path, _ in paths), row.pk) for row in got[: query.size]]
    after = places[query.size - 1] if len(got) > query.size else None
    return Page(got[: query.size], after, query)


Paths = list[tuple[str, bool]]
"""[(ORM path, falling)], the first key first."""


def _stretch(found: QuerySet, paths: Paths, after: tuple[Any, ...] | None, most: int, columns: Sequence[str]) -> list:
    """The first `most` rows after a place, in order: those whose first key is known, then the others."""
    if not paths or not _may_be_null(found.model, paths[0][0]):
        return _read_off(found, paths, after, most, columns)
    first, got = paths[0][0], []
    if after is None or after[0] is not None:
        got = _read_off(found.filter(**{f"{first}__isnull": False}), paths, after, most, columns)
        after = None
    if len(got) < most:
        rest = found.filter(**{f"{first}__isnull": True})
        got += _read_off(rest, paths, after, most - len(got), columns)
    return got


def _read_off(found: QuerySet, paths: Paths, after: tuple[Any, ...] | None, most: int, columns: Sequence[str]) -> list:
    if after is not None:
        found = found.filter(_after(paths, after))
    # The id breaks ties in the direction of the first key, so that an index on (key, id) can be read either way.
    falling = bool(paths) and paths[0][1]
    order = [_order(path, down, n > 0 and _may_be_null(found.model, path)) for n, (path, down) in enumerate(paths)]
    found = found.order_by(*order, "-id" if falling else "id")
    if columns:
        found = found.values_list(*columns, *(path for path, _ in paths), "pk")
    return list(found[:most])


def _order(path: str, falling: bool, mixed: bool) -> OrderBy:
    """`mixed`: some of these rows may not know it. Where none does, saying where unknown values go would only keep
    the index from being read."""
    last = True if mixed else None
    return F(path).desc(nulls_last=last) if falling else F(path).asc(nulls_last=last)


def _may_be_null(model: type[Model], path: str) -> bool:
    """Whether any step of an ORM path may lead nowhere."""
    for part in path.split("__"):
        field = model._meta.get_field(part)
        if field.null or isinstance(field, JSONField):  # a key of a jsonb may always be missing
            return True
        model = field.related_model
    return False


def _read(row: Any, path: str) -> Any:
    for part in path.split("__"):
        row = row.get(part) if isinstance(row, dict) else getattr(row, part, None)
    return row


def _said(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value


def _after(paths: Paths, after: tuple[Any, ...]) -> Q:
    """Rows that come later than `after` under these keys, nulls last, ties broken by id in the first key's direction."""
    *values, last_id = after
    later, same, bound = Q(pk__in=[]), Q(), Q()
    for n, ((path, falling), value) in enumerate(zip(paths, values, strict=True)):
        if value is None:
            same &= Q(**{f"{path}__isnull": True})
            continue
        beyond = Q(**{f"{path}__{'lt' if falling else 'gt'}": value})
        if n == 0:  # says again, in a form an index can be entered by, what the rest implies
            bound = Q(**{f"{path}__{'lte' if falling else 'gte'}": value})
        else:
            beyond |= Q(**{f"{path}__isnull": True})
        later |= same & beyond
        same &= Q(**{path: value})
    tie = "lt" if paths and paths[0][1] else "gt"
    return bound & (later | (same & Q(**{f"id__{tie}": last_id})))
