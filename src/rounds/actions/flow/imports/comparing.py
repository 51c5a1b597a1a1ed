"""What a row would change of the record it found, under the rules of overwriting."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from rounds.actions.flow.imports.work import Work

EMPTY = (None, "", [], {})
WITHIN = ("facts", "custom")
"""Fields of a record that hold fields themselves."""
NOT_HELD = ("held", "answers", "captured_at", "converted_at", "created_at")
"""What a row says that changes no field of a standing record: dates of its beginning are its own."""


@dataclass(slots=True)
class Row:
    """A staged row at work. `before`: field → [what stood, what was written], for the undo."""

    number: int
    line: int
    said: dict[str, Any]
    verdict: str
    target: UUID | None = None
    account: UUID | None = None
    lead: UUID | None = None
    contact: UUID | None = None
    deal: UUID | None = None
    external: str = ""
    parent: str = ""
    says: str = ""
    outcome: str = ""
    made: UUID | None = None
    before: dict[str, list[Any]] | None = None
    memory: dict[str, Any] = field(default_factory=dict)


def changes_of(work: Work, record: Any, said: Mapping[str, Any]) -> tuple[dict[str, list[Any]], list[str]]:
    """({field: [before, after]}, fields that differ and are kept). Fields within facts and custom read "facts.beds"."""
    rules, changes, kept = work.rules, {}, []
    for name, value in flat(said):
        stands = standing(record, name)
        if stands == value or (stands in EMPTY and value in EMPTY):
            continue
        rule = rules.get(name.removeprefix("facts."), "always")
        if rule == "never" or (rule == "blank" and stands not in EMPTY):
            kept.append(name.removeprefix("facts."))
        else:
            changes[name] = [stands, value]
    return changes, kept


def flat(said: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """What a row says, field by field."""
    found = []
    for name, value in said.items():
        if name in NOT_HELD:
            continue
        if name in WITHIN:
            found += [(f"{name}.{inner}", one) for inner, one in value.items()]
        else:
            found.append((name, value))
    return found


def standing(record: Any, name: str) -> Any:
    """What stands in a field of a record; people by their id as text."""
    place, _, inner = name.partition(".")
    if inner:
        return getattr(record, place).get(inner)
    if place in ("owner", "parent", "account"):
        key = getattr(record, f"{place}_id")
        return str(key) if key else None
    value = getattr(record, place)
    return value.isoformat() if hasattr(value, "isoformat") else value


def put(record: Any, name: str, value: Any) -> None:
    """Write one field of a record in memory."""
    place, _, inner = name.partition(".")
    if inner:
        held = dict(getattr(record, place))
        if value is None:
            held.pop(inner, None)
        else:
            held[inner] = value
        setattr(record, place, held)
    elif place in ("owner", "parent", "account"):
        setattr(record, f"{place}_id", UUID(value) if value else None)
    else:
        setattr(record, place, value)


def columns_of(changes: Sequence[str]) -> list[str]:
    """The columns behind changed fields."""
    return list(dict.fromkeys(name.partition(".")[0] for name in changes))


def in_words(changes: Mapping[str, Any], kept: Sequence[str], labels: Mapping[str, str]) -> str:
    """ "Job title, phone; e-mail kept" """
    def label(name: str) -> str:
        return labels.get(name, labels.get(name.partition(".")[2], name))

    words = [label(name) for name in changes]
    told = ", ".join([*words[:1], *(word[:1].lower() + word[1:] for word in words[1:])])
    return told + (f"; {', '.join(label(name).lower() for name in kept)} kept" if kept else "")
