"""What a list is sorted by: a column, which way, and where its values have an order of their own, that order."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Case, F, JSONField, Model, Q, Value, When
from django.db.models.expressions import OrderBy

from rounds.models.listing.fields import Field


@dataclass(frozen=True)
class Key:
    """An ORM path and which way it runs. `ranks`: its values in the order they come; one that is not among them comes
    last whichever way it runs. `mixed`: of the rows that are ordered some may not know it."""

    path: str
    falling: bool
    ranks: tuple[str, ...] = ()
    mixed: bool = False

    @classmethod
    def of(cls, field: Field, *, falling: bool, mixed: bool) -> Key:
        return cls(field.path, falling != field.since, field.ranks, mixed)  # a column that says since when falls where the days rise

    @property
    def turn(self) -> tuple[str, ...]:
        """The ranked values in the order in which a page reads them."""
        return self.ranks[::-1] if self.falling else self.ranks

    @property
    def order(self) -> list[OrderBy]:
        """How it is ordered by. Where every row knows it, saying where unknown values go would only keep an index from
        being read."""
        last = True if self.mixed else None
        plain = F(self.path).desc(nulls_last=last) if self.falling else F(self.path).asc(nulls_last=last)
        if not self.ranks:
            return [plain]
        places = (When(**{self.path: value}, then=Value(place)) for place, value in enumerate(self.turn))
        return [Case(*places, default=Value(len(self.ranks))).asc(), plain]

    def beyond(self, value: object) -> Q:
        """The rows whose value comes after `value`: unknown ones too, where there may be some."""
        found = self._beyond(value)
        return found | Q(**{f"{self.path}__isnull": True}) if self.mixed else found

    def _beyond(self, value: object) -> Q:
        later = Q(**{f"{self.path}__{'lt' if self.falling else 'gt'}": value})
        if not self.ranks:
            return later
        others = ~Q(**{f"{self.path}__in": self.ranks})
        if value not in self.ranks:
            return others & later
        return Q(**{f"{self.path}__in": self.turn[self.turn.index(value) + 1 :]}) | others


def may_be_null(model: type[Model], path: str) -> bool:
    """Whether any step of an ORM path may lead nowhere."""
    for part in path.split("__"):
        field = model._meta.get_field(part)
        if field.null or isinstance(field, JSONField):  # a key of a jsonb may always be missing
            return True
        model = field.related_model
    return False
