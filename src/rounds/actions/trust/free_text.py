"""The free text among the arguments of an action: found wherever it stands, and taken out again."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel

WORDS = ("reason", "heard_from", "text", "subject")
"""Of an event's payload what people typed, and whom they named."""
HELD = "Held for review"
"""Stands where an action needs a text and the one given waits for a reviewer."""


def unworded(said: dict[str, Any]) -> dict[str, Any]:
    """An event's payload for the audit trail, which is kept whole for years: what was done, without the words people typed.
    Those stand in the event, from which a person who asks is erased."""
    return {name: value for name, value in said.items() if name not in WORDS}


@dataclass(frozen=True)
class Text:
    """One text: the field as people know it ("message", "facts.ehr"), its way from the arguments, its findings."""

    field: str
    way: tuple[Any, ...]
    value: str
    kinds: list[str]


def texts_of(said: dict[str, Any], signed: inspect.Signature, names: tuple[str, ...], skip: tuple[str, ...]) -> Iterator[Text]:
    """Every text in the arguments `names` ("**" = the further keywords) but those of the fields `skip`."""
    rest = next((p.name for p in signed.parameters.values() if p.kind is p.VAR_KEYWORD), None)
    for name in names:
        place = rest if name == "**" else name
        if place is None or place not in said:
            continue
        for way, value in _within(said[place], (place,)):
            field = ".".join(map(str, way[1:] if len(way) > 1 else way))
            if value.strip() and way[1 if len(way) > 1 else 0] not in skip:
                yield Text(field, way, value, [])


def _within(value: Any, way: tuple[Any, ...]) -> Iterator[tuple[tuple[Any, ...], str]]:
    if isinstance(value, str):
        yield way, value
    elif isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from _within(getattr(value, name), (*way, name))
    elif isinstance(value, dict):
        for name, inner in value.items():
            yield from _within(inner, (*way, name))
    elif isinstance(value, list | tuple):
        for place, inner in enumerate(value):
            yield from _within(inner, (*way, place))


def swapped(said: dict[str, Any], signed: inspect.Signature, found: list[Text], needed: tuple[str, ...]) -> None:
    """Take every found text out of the arguments: an argument becomes "", or None where that means that it was not said
    and what stood before stays; a further keyword or key of a dict goes, and what is `needed` says that it is held. What
    the caller gave stays as it was."""
    for text in found:
        last = text.way[-1]
        instead = HELD if last in needed else ""
        unsaid = len(text.way) == 1 and not instead and last in signed.parameters and signed.parameters[last].default is None
        said[text.way[0]] = None if unsaid else _without(said[text.way[0]], text.way[1:], instead)


def _without(value: Any, way: tuple[Any, ...], instead: str) -> Any:
    if not way:
        return instead
    head, rest = way[0], way[1:]
    if isinstance(value, BaseModel):
        return value.model_copy(update={head: _without(getattr(value, head), rest, instead)})
    if isinstance(value, dict):
        if not rest and not instead:
            return {name: inner for name, inner in value.items() if name != head}
        return {**value, head: _without(value[head], rest, instead)}
    return [_without(inner, rest, instead) if place == head else inner for place, inner in enumerate(value)]
