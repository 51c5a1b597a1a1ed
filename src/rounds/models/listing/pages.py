"""Keyset pages: the next page costs what the first one did, however far down it is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.core.exceptions import ValidationError
from django.db.models import F, Q, QuerySet

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
    """One page of `rows` (already narrowed by the viewer's scope) under `query`. Two queries at most with `fetch`.

    With `columns` (ORM paths) the rows are tuples of those, which costs less than whole records.
    """
    found = rows.filter(query.where(context))
    if query.listing.fetch and not columns:
        found = found.select_related(*query.listing.fetch)
    keys = [(key.removeprefix("-"), key.startswith("-")) for key in query.sort]
    paths = [(query.listing.fields[name].path, falling) for name, falling in keys]
    order = [F(path).desc(nulls_last=True) if falling else F(path).asc(nulls_last=True) for path, falling in paths]
    if query.after is not None:
        try:
            found = found.filter(_after(paths, query.after))
        except (ValueError, TypeError, OverflowError, ValidationError) as error:
            raise ListRefused("This page of the list is gone; start again from its first page.") from error
    found = found.order_by(*order, "id")
    if columns:
        found = found.values_list(*columns, *(path for path, _ in paths), "pk")
    got = list(found[: query.size + 1])
    if columns:
        width = len(columns)
        places, got = [tuple(map(_said, row[width:])) for row in got], [row[:width] for row in got]
    else:
        places = [(*(_said(_read(row, path)) for path, _ in paths), row.pk) for row in got[: query.size]]
    after = places[query.size - 1] if len(got) > query.size else None
    return Page(got[: query.size], after, query)


def _read(row: Any, path: str) -> Any:
    for part in path.split("__"):
        row = getattr(row, part, None)
    return row


def _said(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value


def _after(paths: list[tuple[str, bool]], after: tuple[Any, ...]) -> Q:
    """Rows that come later than `after` under these keys, nulls last, ties broken by id."""
    *values, last_id = after
    later, same = Q(pk__in=[]), Q()
    for (path, falling), value in zip(paths, values, strict=True):
        if value is None:
            same &= Q(**{f"{path}__isnull": True})
            continue
        beyond = Q(**{f"{path}__{'lt' if falling else 'gt'}": value}) | Q(**{f"{path}__isnull": True})
        later |= same & beyond
        same &= Q(**{path: value})
    return later | (same & Q(id__gt=last_id))
