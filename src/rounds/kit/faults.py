"""What is wrong with one value, in the words of the person who typed it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

MOST_QUOTED = 40
TAKES = {
    "int": "takes a whole number, like 250", "float": "takes a number, like 4.2", "decimal": "takes a number, like 4.2",
    "finite": "takes a number, like 4.2", "bool": "takes yes or no", "date": "takes a day, like 2026-11-20",
    "datetime": "takes a moment, like 2026-11-20T10:00:00Z", "uuid": "takes the id of a record",
    "string": "takes text", "list": "takes a list", "dict": "takes an object",
}  # fmt: skip
LIMITS = {
    "greater_than_equal": ("ge", "is at least {}"), "greater_than": ("gt", "is more than {}"),
    "less_than_equal": ("le", "is at most {}"), "less_than": ("lt", "is less than {}"),
}  # fmt: skip


def named(field: str) -> str:
    """A field's name as a person says it: "it_budget_cents" → "It budget"."""
    words = field.replace("_", " ").removesuffix(" cents").removesuffix(" id")
    return words[:1].upper() + words[1:]


def sentence(field: str, fault: Mapping[str, Any]) -> str:
    """One fault of pydantic's `errors()` as a sentence that says what the field takes and what was given."""
    kind, more = fault["type"], fault.get("ctx", {})
    if kind == "value_error":
        return f"{named(field)}: {fault['msg'].removeprefix('Value error, ')}."
    if kind in LIMITS:
        key, words = LIMITS[kind]
        limit = more[key] / 100 if field.endswith("_cents") else more[key]
        return f"{named(field)} {words.format(f'{limit:,g}' if abs(limit) < 1e6 else f'{limit:,.0f}')}."
    if kind == "string_too_long":
        return f"{named(field)} is too long; keep it under {more['max_length']:,} characters."
    takes = TAKES.get(kind.split("_")[0])
    if takes is None:
        return f"{named(field)}: {fault['msg']}."
    given = str(fault.get("input", ""))
    shown = f", not “{given[:MOST_QUOTED]}{'…' if len(given) > MOST_QUOTED else ''}”" if given else ""
    return f"{named(field)} {takes}{shown}."
