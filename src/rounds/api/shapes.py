"""Shapes: which columns an answer shows, under which names. One definition gives the query, the JSON and its schema."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import ObjectDoesNotExist
from django.db import models
from django.http import HttpResponse
from pydantic import BaseModel, create_model
from pydantic_core import to_json

from rounds.models.sealed import SealedText, opened

TYPES: dict[type[models.Field], Any] = {
    models.UUIDField: UUID, models.TextField: str, models.EmailField: str, models.BooleanField: bool,
    models.IntegerField: int, models.SmallIntegerField: int, models.BigIntegerField: int, models.FloatField: float,
    SealedText: str, models.DateTimeField: datetime, models.DateField: date, models.JSONField: Any, ArrayField: list[str],
}  # fmt: skip


class Shape:
    """`columns`: name → ORM path. A name with a dot stands in a group: "score.total" gives {"score": {"total": …}}.

    A group whose first column is null is null as a whole.
    """

    def __init__(self, name: str, model: type[models.Model], columns: dict[str, str]) -> None:
        self.name, self.model, self.columns = name, model, columns
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
        """One row, as `values_list(*shape.paths)` gives it; sealed columns are opened."""
        if self._sealed:
            values = list(values)
            for i, model, name, key in self._sealed:
                values[i] = opened(model, name, values[key], values[i])
        shown = {key: values[i] for i, key in self._plain}
        for group, members in self._groups:
            known = values[members[0][0]] is not None
            shown[group] = {inner: values[i] for i, inner in members} if known else None
        return shown

    def of(self, instance: models.Model) -> dict[str, Any]:
        """One row that is at hand already. What the viewer may not see of another row is null."""
        return self.row(tuple(_read(instance, path) for path in self.paths))

    def rows(self, found: models.QuerySet, most: int = 200) -> list[dict[str, Any]]:
        """The first `most` rows of an ordered queryset."""
        return [self.row(values) for values in found.values_list(*self.paths)[:most]]

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
        fields: dict[str, Any] = {key: (kinds[key], ...) for _, key in self._plain}
        for group, members in self._groups:
            inner = {name: (kinds[f"{group}.{name}"], ...) for _, name in members}
            made = create_model(f"{self.name}{group.replace('_', ' ').title().replace(' ', '')}", **inner)
            fields[group] = (made | None, ...)
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
