"""What may be listed, filtered and sorted: names a user may say, mapped to columns they never see."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Literal

from django.db.models import Model

from rounds.kit.refusal import Refusal

Kind = Literal["text", "words", "choice", "int", "money", "rate", "when", "date", "bool", "person", "window"]

OPERATORS: dict[str, tuple[str, ...]] = {
    "text": ("is", "not", "starts", "known", "unknown"),
    "words": ("has",),
    "choice": ("is", "not", "known", "unknown"),
    "int": ("is", "gte", "lte", "known", "unknown"),
    "money": ("gte", "lte", "known", "unknown"),
    "rate": ("gte", "lte", "known", "unknown"),
    "when": ("within", "before", "known", "unknown"),
    "date": ("gte", "lte", "known", "unknown"),
    "bool": ("is",),
    "person": ("is", "not", "known", "unknown"),
    "window": ("is",),
}
"""Kind → operators. `within`/`before`: days before now. `has`: words found by search. `window`: see `custom`."""

SAYS = {
    "is": "is", "not": "is not", "starts": "starts with", "gte": "at least", "lte": "at most", "within": "in the last",
    "before": "longer ago than", "known": "is known", "unknown": "is unknown", "has": "has the words",
}  # fmt: skip


class FieldKept(Refusal):
    """This field is not shown to your role, so no list is filtered or sorted by it."""

    status = 403


class ListRefused(Refusal):
    """A list that cannot be asked for like this."""

    status = 422


@dataclass(frozen=True)
class Field:
    """One name of a list. `column` is the ORM path; money is said in dollars and kept in cents, a rate in percent.

    `number` says that a choice is kept as a whole number; `ranked`, that one sorts by the place of its value among the
    choices (a stage by its place in the playbook) and not by its letters; `since`, that the column is the moment from which
    the value counts, so that it falls where the value rises. `choices()` gives (value, label) pairs for kinds that are picked; `custom(op, values, context)` answers a Q for
    filters that are no plain column.
    """

    name: str
    label: str
    kind: Kind
    column: str = ""
    sortable: bool = False
    filterable: bool = True
    number: bool = False
    ranked: bool = False
    since: bool = False
    choices: Callable[[], Sequence[tuple[str, str]]] | None = None
    custom: Callable[[str, Sequence[str], Any], Any] | None = None

    @property
    def operators(self) -> tuple[str, ...]:
        return OPERATORS[self.kind]

    @property
    def path(self) -> str:
        return self.column or self.name

    @property
    def ranks(self) -> tuple[str, ...]:
        """The values one sorts by, in their order; () where the column's own order is meant."""
        return tuple(value for value, _ in self.choices()) if self.ranked and self.choices else ()


@dataclass(frozen=True)
class Listing:
    """A noun's list: its fields, the sort it opens with, and what is fetched with a row so that no row asks again."""

    noun: str
    model: type[Model]
    fields: Mapping[str, Field]
    opens_with: tuple[str, ...]
    fetch: tuple[str, ...] = ()
    defaults: tuple[str, ...] = field(default=())
    """Columns shown before a person chose."""
    sums: tuple[str, ...] = ()
    """Fields the totals row adds up."""
    kept: Mapping[str, Field] = field(default_factory=dict)
    """Fields that are kept from whoever asks: neither filtered nor sorted by, and refused by name."""

    def without(self, hidden: Collection[str]) -> Listing:
        """This list for somebody from whom the fields `hidden` ("contact.email") are kept."""
        noun = self.model._meta.model_name
        kept = {name: one for name, one in self.fields.items() if f"{noun}.{name}" in hidden}
        if not kept:
            return self
        left = {name: one for name, one in self.fields.items() if name not in kept}
        return replace(self, fields=left, kept=kept, defaults=tuple(name for name in self.defaults if name not in kept))


def listing(noun: str, model: type[Model], fields: Sequence[Field], **rest: Any) -> Listing:
    """A Listing whose fields are keyed by their names."""
    return Listing(noun, model, {f.name: f for f in fields}, **rest)
