"""Columns that are sealed in the database and plain in Python, and the blind indexes one may look them up by."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

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
    return keys.ring().open(value, about(model, name, key)) if isinstance(value, Sealed) and value else value


class _Opened(DeferredAttribute):
    """Opens on reading. Raises KeyMissing when the ring lacks the key or the value was moved."""

    def __get__(self, instance, cls=None):
        value = super().__get__(instance, cls)
        if not isinstance(value, Sealed) or not value:
            return value
        return keys.ring().open(value, _about(instance, self.field.attname))

    def __set__(self, instance, value):
        instance.__dict__[self.field.attname] = value


def _about(instance: models.Model, column: str) -> str:
    tracked = getattr(type(instance), "pgh_tracked_model", None)
    if tracked is not None:
        return about(tracked, column, instance.pgh_obj_id)
    return about(type(instance), column, instance.pk)


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
        return held

    def get_db_prep_value(self, value, connection, prepared=False):
        if value and not isinstance(value, Sealed):
            raise TypeError(f"{self.name} is sealed: save the row, or compare its blind index.")
        return str(value) if value else value


class BlindIndex(models.TextField):
    """Equal for equal values of the column `of` after `plain` made them alike; written whenever the row is saved.

    Name it in `update_fields` beside its column.
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
        """The index of `value`: what a search for it compares."""
        return keys.ring().blind(self.plain(value) if self.plain else value, f"{model._meta.db_table}.{self.of}")
