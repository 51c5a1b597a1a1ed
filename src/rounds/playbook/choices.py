"""The choices between readings: list them, try another one."""

from __future__ import annotations

import copy
import difflib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from rounds.kit.refusal import Refusal
from rounds.playbook.book import Playbook
from rounds.playbook.reading import Document
from rounds.playbook.shapes.words import ChoiceEntry

NAMES = ("category", "criterion", "band", "tier", "segment", "level", "key")


class UnknownKey(Refusal):
    """There is no such choice."""

    status = 422


@dataclass(frozen=True, slots=True)
class Key:
    """One choice: the conflict it settles, where it stands, the value in force, the other values."""

    conflict: str
    file: str
    key: str
    default: Any
    alternatives: tuple[Any, ...]
    says: str
    line: int


def keys(playbook: Playbook) -> list[Key]:
    """Every choice of the playbook with the value in force (`default`), in file order."""
    found = []
    for entry in playbook.choices:
        document = playbook.documents[entry.file]
        path = resolve(document.data, entry.path)
        value = _at(document.data, path)
        found.append(
            Key(entry.conflict, entry.file, entry.key, value, entry.alternatives, entry.says, document.line(*path))
        )
    return found


def with_set(playbook: Playbook, changes: Mapping[str, Any], rule: str | None = None) -> Playbook:
    """The playbook with other readings: {"segment.basis": "deal"}, or the short name within one rule.

    Raises UnknownKey for a name or a value that does not exist, PlaybookRefused when the result has no sense.
    """
    if not changes:
        return playbook
    try:
        return _with_set(playbook, tuple(sorted(changes.items())), rule)
    except TypeError:
        raise UnknownKey("A choice takes one word or number. Write --set key=value.") from None


@lru_cache(maxsize=64)
def _with_set(playbook: Playbook, changes: tuple[tuple[str, Any], ...], rule: str | None) -> Playbook:
    from rounds.playbook.loader import build

    documents = dict(playbook.documents)
    done = list(playbook.changes)
    for name, value in changes:
        entry = _entry(playbook, name, rule)
        value = _value(entry, name, value)
        document = documents[entry.file]
        data = copy.deepcopy(document.data)
        path = resolve(data, entry.path)
        _at(data, path[:-1])[path[-1]] = value
        documents[entry.file] = replace(document, data=data)
        done.append((entry.key, value))
    return build(playbook.files, documents, tuple(done))


def _entry(playbook: Playbook, name: str, rule: str | None) -> ChoiceEntry:
    mine = [
        entry for entry in playbook.choices
        if rule is None or rule in entry.rules or playbook.documents[entry.file].data.get("rule") == rule
    ]
    for entry in mine:
        if name in (entry.short, entry.key.removeprefix("sla.") if rule == "routing/sla" else None):
            return entry
    for entry in playbook.choices:
        if name == entry.key:
            return entry
    known = [entry.key for entry in playbook.choices]
    if rule is not None:
        known = [entry.short or entry.key for entry in mine] or known
    near = difflib.get_close_matches(name, known, n=1)
    hint = f"Did you mean {near[0]}?" if near else "Known: " + ", ".join(known) + "."
    raise UnknownKey(f"There is no choice named '{name}'. {hint}", field=name)


def _value(entry: ChoiceEntry, name: str, value: Any) -> Any:
    if not entry.alternatives:
        return value
    for known in entry.alternatives:
        if value == known or str(value) == str(known):
            return known
    options = ", ".join(str(known) for known in entry.alternatives)
    raise UnknownKey(f"'{name}' cannot be '{value}'. Choose one of: {options}.", field=name)


def resolve(data: Any, path: tuple[Any, ...]) -> tuple[Any, ...]:
    """A path by names (categories, company_profile, …) as a path by positions."""
    exact: list[Any] = []
    for part in path:
        if isinstance(data, list) and not isinstance(part, int):
            part = _position(data, part)
        data = data[part]
        exact.append(part)
    return tuple(exact)


def _position(items: list[Any], name: str) -> int:
    for position, item in enumerate(items):
        if isinstance(item, dict) and any(item.get(key) == name for key in NAMES):
            return position
    raise KeyError(name)


def _at(data: Any, path: tuple[Any, ...]) -> Any:
    for part in path:
        data = data[part]
    return data


def document_of(playbook: Playbook, rule: str) -> Document:
    """The file of a rule."""
    return next(
        document
        for document in playbook.documents.values()
        if isinstance(document.data, dict) and document.data.get("rule") == rule
    )
