"""Shapes: which columns an answer shows, under which names. One definition gives the query, the JSON and its schema."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ObjectDoesNotExist
from django.db import models
from django.http import HttpResponse
from pydantic import BaseModel, create_model
from pydantic_core import to_json

from rounds.access.fields import field_of
from rounds.access.scope import noun_of
from rounds.access.sight import current
from rounds.models.sealed import SealedText, opened
from rounds.models.whole import Lines, WholeJSON
from rounds.playbook.shapes.access import HIDEABLE

TYPES: dict[type[models.Field], Any] = {
    models.UUIDField: UUID, models.TextField: str, models.EmailField: str, models.BooleanField: bool,
    models.IntegerField: int, models.SmallIntegerField: int, models.PositiveIntegerField: int, models.PositiveSmallIntegerField: int, models.BigIntegerField: int, models.FloatField: float,
    SealedText: str, models.DateTimeField: datetime, models.DateField: date, models.JSONField: Any, WholeJSON: Any, Lines: Any,
    ArrayField: list[str],
}  # fmt: skip


Clean = Callable[[dict[str, Any], frozenset[str]], dict[str, Any] | None]
Counted = dict[str, tuple[Any, Callable[[dict[str, Any]], Any]]]


class Shape:
    """`columns`: name → ORM path. A name with a dot stands in a group: "score.total" gives {"score": {"total": …}}.

    A group whose first column is null is null as a whole. A column that is kept from whoever looks is null; `clean`
    takes what else would tell it out of a row (`clean(row, hidden)`), or answers None for a row that is left out. `counted`: name →
    (type, what counts it from the row as shown): numbers that no column holds.
    """

    def __init__(self, name: str, model: type[models.Model], columns: dict[str, str], clean: Clean | None = None,
                 counted: Counted | None = None) -> None:  # fmt: skip
        self.name, self.model, self.columns, self.clean, self.counted = name, model, columns, clean, counted or {}
        self._kept = {column: name for column in columns.values()
                      if (name := field_of(noun_of(model), column)) in HIDEABLE}  # fmt: skip
        self.paths = tuple(columns.values())
        self._plain = [(i, key) for i, key in enumerate(columns) if "." not in key]
        groups: dict[str, list[tuple[int, str]]] = {}
        for i, key in enumerate(columns):
            group, dot, inner = key.partition(".")
            if dot:
                groups.setdefault(group, []).append((i, inner))
        self._groups = list(groups.items())
        self._sealed = [(i, *found) for i, path in enumerate(self.paths) if (found := self._sealed_at(path))]
        self.schema = self._schema()

    def row(self, values: tuple) -> dict[str, Any]:
        """One row, as `values_list(*shape.paths)` gives it; sealed columns are opened, hidden ones null."""
        hidden = current().hidden
        if hidden and self._kept:
            values = [None if self._kept.get(path) in hidden else value for path, value in zip(self.paths, values, strict=True)]
        shown = self._row(values)
        return shown if self.clean is None or not hidden else self.clean(shown, hidden) or {}

    def listed(self, rows: Iterable[tuple]) -> list[dict[str, Any]]:
        """Rows as `values_list(*shape.paths)` gives them, without those that are kept from whoever looks."""
        return [row for row in map(self.row, rows) if row]

    def _row(self, values: Sequence[Any]) -> dict[str, Any]:
        if self._sealed:
            values = list(values)
            for i, model, name, key in self._sealed:
                values[i] = opened(model, name, values[key], values[i])
        shown = {key: values[i] for i, key in self._plain}
        for group, members in self._groups:
            known = values[members[0][0]] is not None
            shown[group] = {inner: values[i] for i, inner in members} if known else None
        shown.update({key: count(shown) for key, (_, count) in self.counted.items()})
        return shown

    def of(self, instance: models.Model) -> dict[str, Any]:
        """One row that is at hand already. What the viewer may not see of another row is null."""
        return self.row(tuple(_read(instance, path) for path in self.paths))

    def rows(self, found: models.QuerySet, most: int = 200) -> list[dict[str, Any]]:
        """The first `most` rows of an ordered queryset."""
        return self.listed(found.values_list(*self.paths)[:most])

    def _sealed_at(self, path: str) -> tuple[type[models.Model], str, int] | None:
        """Model, column and the place of the row's id, where `path` ends in a sealed column."""
        *before, name = path.split("__")
        model = self.model
        for part in before:
            model = model._meta.get_field(part).related_model
        column = next((field for field in model._meta.concrete_fields if field.attname == name), None)
        if not isinstance(column, SealedText):
            return None
        return model, name, self.paths.index("__".join([*before, "id"]))

    def _schema(self) -> type[BaseModel]:
        kinds = {key: _kind(self.model, path) for key, path in self.columns.items()}
        kinds.update({key: kinds[key] | None for key, path in self.columns.items() if path in self._kept})
        fields: dict[str, Any] = {key: (kinds[key], ...) for _, key in self._plain}
        for group, members in self._groups:
            inner = {name: (kinds[f"{group}.{name}"], ...) for _, name in members}
            made = create_model(f"{self.name}{group.replace('_', ' ').title().replace(' ', '')}", **inner)
            fields[group] = (made | None, ...)
        fields.update({key: (kind, ...) for key, (kind, _) in self.counted.items()})
        return create_model(self.name, **fields)


def _kind(model: type[models.Model], path: str) -> Any:
    """The Python type of what stands at the end of an ORM path."""
    first, _, rest = path.partition("__")
    if first.endswith("_id") and first != "id" and first not in {f.name for f in model._meta.fields}:
        return UUID | None if model._meta.get_field(first.removesuffix("_id")).null else UUID
    column = model._meta.get_field(first)
    if rest:
        inner = _kind(column.related_model, rest)
        return inner | None if column.null else inner
    kind = TYPES[type(column)]
    return kind | None if column.null and kind is not Any else kind


def _read(row: Any, path: str) -> Any:
    for part in path.split("__"):
        try:
            row = getattr(row, part, None)
        except ObjectDoesNotExist:
            return None
    return row


def answer(said: Any, status: int = 200, **headers: str) -> HttpResponse:
    """`said` as JSON. Ids, moments and days are written as text by pydantic's own writer."""
    return HttpResponse(to_json(said), status=status, content_type="application/json", headers=headers)


class Page(BaseModel):
    """A page of a list: its rows, and the address of the next page (null on the last)."""

    next: str | None


def page_schema(shape: Shape) -> type[BaseModel]:
    """The schema of a page of `shape`."""
    return create_model(f"{shape.name}Page", __base__=Page, data=(list[shape.schema], ...))


def several(shape: Shape) -> type[BaseModel]:
    """The schema of {"data": […]}."""
    return create_model(f"{shape.name}List", data=(list[shape.schema], ...))
