"""The parts of a merge: columns joined and put back, and what hangs below one record moved to another and back."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any

from django.apps import apps
from django.db import IntegrityError, models, transaction

from rounds.access.row_security import is_append_only
from rounds.actions.market.merge_nouns import MergeNoun
from rounds.models import DuplicatePair, Merge
from rounds.models.base import Mergeable

STAYS = (DuplicatePair, Merge)
"""What is about two records and stays with them."""
Moved = dict[str, list[str]]
"""{"model.field": ids of the rows that hung below the record that was taken in}."""


def locked(kept: Mergeable, lost: Mergeable) -> tuple[Mergeable, Mergeable]:
    """Both rows, locked in the order of their ids, so that two people who merge the same pair wait and do not block."""
    rows = type(kept).objects.select_for_update(of=("self",)).filter(pk__in={kept.pk, lost.pk}).order_by("pk")
    found = {row.pk: row for row in rows}
    return found[kept.pk], found.get(lost.pk, found[kept.pk])


def columns(spec: MergeNoun, row: Mergeable) -> dict[str, Any]:
    """The columns that a merge may change, as JSON can hold them."""
    return {name: _json(row, name) for name in dict.fromkeys((*spec.columns, *spec.either, *spec.kept_as))}


def join(spec: MergeNoun, kept: Mergeable, lost: Mergeable, take: Collection[str]) -> list[str]:
    """Put the chosen and the missing values of `lost` on `kept`; the columns that came from it."""
    taken = []
    for name in spec.fields:
        here, there = getattr(kept, name), getattr(lost, name)
        if here != there and there not in spec.nothing and (name in take or here in spec.nothing):
            for column in (name, *spec.follows.get(name, ())):
                setattr(kept, column, getattr(lost, column))
                taken.append(column)
    for name in spec.either:
        setattr(kept, name, getattr(kept, name) or getattr(lost, name))
    return taken


def put_back(spec: MergeNoun, kept: Mergeable, stood: dict[str, Any], lost: dict[str, Any], taken: Collection[str]) -> None:
    """Give `kept` its own values back where it still has those of `lost`."""
    for name in (*taken, *spec.either):
        if name in spec.either or _json(kept, name) == lost[name]:
            field = kept._meta.get_field(name)
            value = stood[name]
            setattr(kept, field.attname, field.to_python(value) if value is not None and not field.is_relation else value)


def move(lost: Mergeable, kept: Mergeable) -> Moved:
    """Hang everything below `lost` below `kept`, but what may not change and what cannot stand there twice."""
    moved: Moved = {}
    for model, name in below(type(lost)):
        rows = model._default_manager.filter(**{name: lost}).exclude(pk__in={kept.pk, lost.pk})
        ids = list(rows.values_list("pk", flat=True))
        done = _moved(model, name, ids, kept) if ids else []
        if done:
            moved[f"{model._meta.model_name}.{name}"] = [str(key) for key in done]
    return moved


def move_back(moved: Moved, kept: Mergeable, lost: Mergeable) -> tuple[int, int]:
    """Hang what was moved below `lost` again, where it still hangs below `kept`: (given back, left)."""
    back = left = 0
    for place, ids in moved.items():
        model_name, _, name = place.partition(".")
        model = apps.get_model("rounds", model_name)
        still = list(model._default_manager.filter(pk__in=ids, **{name: kept}).values_list("pk", flat=True))
        done = _moved(model, name, still, lost)
        back, left = back + len(done), left + len(ids) - len(done)
    return back, left


def count(moved: Moved) -> int:
    """How many things were moved."""
    return sum(len(ids) for ids in moved.values())


def below(model: type[Mergeable]) -> Iterator[tuple[type[models.Model], str]]:
    """(model, field) of everything that hangs below rows of `model` and may hang elsewhere."""
    for relation in model._meta.related_objects:
        other = relation.related_model
        if other in STAYS or is_append_only(other) or relation.field.name == "merged_into" or other._meta.app_label != "rounds":
            continue
        yield other, relation.field.name


def _moved(model: type[models.Model], name: str, ids: list[Any], to: Mergeable) -> list[Any]:
    """Those of `ids` that hang below `to` afterwards; one that is there already in another row stays where it is."""
    try:
        with transaction.atomic():
            model._default_manager.filter(pk__in=ids).update(**{name: to})
        return ids
    except IntegrityError:
        done = []
        for key in ids:
            try:
                with transaction.atomic():
                    model._default_manager.filter(pk=key).update(**{name: to})
                done.append(key)
            except IntegrityError:
                continue
        return done


def _json(row: Mergeable, name: str) -> Any:
    field = row._meta.get_field(name)
    value = getattr(row, field.attname)
    if isinstance(value, bool | int | float | str | list | dict | None):
        return value
    return value.isoformat() if hasattr(value, "isoformat") else str(value)
