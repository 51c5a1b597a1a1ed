"""Columns that are sealed in the database and plain in Python, and the blind indexes one may look them up by."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.apps import apps
from django.core.exceptions import FieldError
from django.db import models
from django.db.models.query_utils import DeferredAttribute

from rounds.kit import keys


class Sealed(str):
    """A text as it stands in the database: sealed, not what a person typed."""

    __slots__ = ()


def about(model: type[models.Model], column: str, key: Any) -> str:
    """What a sealed value is bound to. The rows of field history are about the row they remember."""
    return f"{model._meta.db_table}.{column}.{key}"


def opened(model: type[models.Model], name: str, key: UUID | str, value: Any) -> Any:
    """A value of `values_list()` in the clear: `name` is a sealed column of `model`, `key` the row's id."""
    return keys.opened(value, about(model, name, key)) if isinstance(value, Sealed) and value else value


class _Opened(DeferredAttribute):
    """Opens on reading. Raises KeyMissing when the ring lacks the key or the value was moved."""

    def __get__(self, instance, cls=None):
        value = super().__get__(instance, cls)
        if not isinstance(value, Sealed) or not value:
            return value
        return keys.opened(value, _about(instance, self.field.attname))

    def __set__(self, instance, value):
        instance.__dict__[self.field.attname] = value


def _about(instance: models.Model, column: str) -> str:
    tracked = getattr(type(instance), "pgh_tracked_model", None)
    if tracked is not None:
        return about(tracked, column, instance.pgh_obj_id)
    return about(type(instance), column, instance.pk)


ASKED = ("exact", "in", "isnull", "df", "ndf")
"""What may be asked of a sealed text: whether it is empty, and (by the triggers of field history) whether it changed."""


class SealedText(models.TextField):
    """A text sealed under the active key, bound to its table, column and row. Compared by its blind index alone."""

    descriptor_class = _Opened

    def from_db_value(self, value, expression, connection):
        return Sealed(value) if value else value

    def pre_save(self, model_instance, add):
        held = model_instance.__dict__.get(self.attname)
        if held and not isinstance(held, Sealed):
            held = Sealed(keys.ring().seal(held, _about(model_instance, self.attname)))
            model_instance.__dict__[self.attname] = held
        elif held and add:
            # A copy of a row under a new key would carry a value that never opens again: better now than then.
            keys.opened(held, _about(model_instance, self.attname))
        return held

    def get_db_prep_value(self, value, connection, prepared=False):
        if value and not isinstance(value, Sealed):
            raise TypeError(f"{self.name} is sealed: save the row, or compare its blind index.")
        return str(value) if value else value

    def get_lookup(self, lookup_name):
        """Only "is it empty" can be asked of a sealed text. Raises FieldError for anything that would compare words."""
        found = super().get_lookup(lookup_name)
        if found is not None and lookup_name not in ASKED:
            raise FieldError(f"{self.name} is sealed: it can be looked up by its blind index alone, not by {lookup_name}.")
        return found


class BlindIndex(models.TextField):
    """Equal for equal values of the column `of` after `plain` made them alike; written whenever the row is saved.

    Name it in `update_fields` beside its column (tests/models/test_sealed.py looks for saves that forget it).
    """

    def __init__(self, *args, of: str = "", plain: Callable[[str], str] | None = None, **kwargs):
        self.of, self.plain = of, plain
        super().__init__(*args, **{"blank": True, "default": "", "editable": False, **kwargs})

    def deconstruct(self):
        name, _, args, kwargs = super().deconstruct()
        return name, "django.db.models.TextField", args, kwargs

    def pre_save(self, model_instance, add):
        if not self.of:
            return super().pre_save(model_instance, add)
        found = self.blind(type(model_instance), getattr(model_instance, self.of) or "")
        setattr(model_instance, self.attname, found)
        return found

    def blind(self, model: type[models.Model], value: str) -> str:
        """The index of `value` under the newest key: what is written."""
        return keys.ring().blind(*self._said(model, value))

    def blinds(self, model: type[models.Model], value: str) -> list[str]:
        """Every index `value` may stand under while they are made anew: what a search for it compares."""
        return keys.ring().blinds(*self._said(model, value))

    def _said(self, model: type[models.Model], value: str) -> tuple[str, str]:
        return (self.plain(value) if self.plain else value), f"{model._meta.db_table}.{self.of}"


def whose(model: type[models.Model], column: str, value: str) -> models.Q:
    """The rows of `model` whose sealed `column` says `value`, as a condition; nobody for an empty value."""
    index = next(f for f in model._meta.concrete_fields if isinstance(f, BlindIndex) and f.of == column)
    return models.Q(**{f"{index.attname}__in": index.blinds(model, value)})


@dataclass(frozen=True, slots=True)
class SealedColumn:
    """A sealed column; `whose` is the model its values are about, `row` the column that holds that row's key."""

    model: type[models.Model]
    table: str
    column: str
    whose: type[models.Model]
    row: str


def sealed_columns() -> list[SealedColumn]:
    """Every sealed column of every model, those of field history included, by table and column."""
    found = [
        SealedColumn(model, model._meta.db_table, one.column, tracked or model, "pgh_obj_id" if tracked else model._meta.pk.attname)
        for model in apps.get_models() if not model._meta.proxy
        for tracked in [getattr(model, "pgh_tracked_model", None)]
        for one in model._meta.local_concrete_fields if isinstance(one, SealedText)
    ]  # fmt: skip
    return sorted(found, key=lambda one: (one.table, one.column))


def blind_indexes() -> list[tuple[type[models.Model], BlindIndex]]:
    """Every blind index that stands beside its column, by table."""
    found = [(model, one) for model in apps.get_models() if not model._meta.proxy
             for one in model._meta.local_concrete_fields if isinstance(one, BlindIndex) and one.of]  # fmt: skip
    return sorted(found, key=lambda pair: pair[0]._meta.db_table)


def marks() -> Iterator[str]:
    """What tells the database which columns are sealed: it then refuses open text in them, whoever writes it.

    Run as the owner after each migration; the mark is what `rounds_reseal` goes by.
    """
    for one in sealed_columns():
        yield f"COMMENT ON COLUMN {one.table}.{one.column} IS 'sealed'"
        yield f"SELECT rounds_only_sealed('{one.table}', '{one.column}')"
