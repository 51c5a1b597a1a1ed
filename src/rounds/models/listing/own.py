"""The company's own fields in lists: filtered and sorted by as any other (PLUS-22).

They stand in one jsonb. Its operators may not use an index under row security, which asks first whether a row is seen: so
the rows one sees are read and filtered, as for any column without an index; sorts by them read and sort those rows.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from django.db.models import Q

from rounds.models.listing.fields import Field, Kind, Listing, ListRefused
from rounds.playbook.shapes.words import OwnField

BEFORE = "own_"
"""Begins the name of an own field in the address of a list."""
KINDS: dict[str, Kind] = {"text": "text", "number": "int", "money": "money", "date": "date", "yes_no": "bool", "picklist": "choice", "lookup": "choice"}


def with_own(listing: Listing, own: Mapping[str, OwnField]) -> Listing:
    """`listing` with the own fields of its noun that its reader is shown."""
    if not own:
        return listing
    fields = {f"{BEFORE}{code}": _field(code, one) for code, one in own.items()}
    return replace(listing, fields={**listing.fields, **fields})


def _field(code: str, one: OwnField) -> Field:
    choices = {"picklist": [(word, word) for word in one.values], "yes_no": [("yes", "Yes"), ("no", "No")]}.get(one.kind)
    return Field(f"{BEFORE}{code}", one.title, KINDS[one.kind], f"custom__{code}", sortable=one.kind != "lookup",
                 choices=(lambda: choices) if choices else None, custom=_asked(code, one))  # fmt: skip


def _asked(code: str, one: OwnField) -> Callable[[str, Sequence[str], Any], Q]:
    path = f"custom__{code}"

    def asked(op: str, values: Sequence[str], context: Any) -> Q:
        known = Q(custom__has_key=code)
        if op in ("known", "unknown"):
            return known if op == "known" else ~known
        said = [_value(one, value) for value in values]
        match op:
            case "is":
                return Q(**{f"{path}__in": said})
            case "not":
                return ~(known & Q(**{f"{path}__in": said}))
            case "gte" | "lte":
                return known & Q(**{f"{path}__{op}": said[0]})
            case _:  # starts
                return known & Q(**{f"{path}__gte": said[0], f"{path}__lt": said[0] + "\U0010ffff"})

    return asked


def _value(one: OwnField, said: str) -> Any:
    try:
        match one.kind:
            case "number":
                return float(said)
            case "money":
                return round(float(said) * 100)
            case "date":
                return date.fromisoformat(said).isoformat()
            case "yes_no":
                return {"yes": True, "no": False}[said]
            case _:
                return said
    except (ValueError, KeyError, OverflowError) as error:
        raise ListRefused(f"{one.title} cannot be asked for “{said[:60]}”.") from error
