"""The company's own fields (fields.yaml): a value as somebody gives it, checked and in the form it is kept in (PLUS-22).

text: str · number: int or float · money: whole cents · date: "2026-11-20" · yes_no: bool · picklist: one of its words ·
lookup: the id of another record. None takes a value away.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from rounds.kit.refusal import Refusal
from rounds.playbook import Playbook
from rounds.playbook.shapes.words import OwnField

NOUNS = ("account", "lead", "contact")


class FieldRefused(Refusal):
    """A value one of your own fields does not take."""

    status = 422


def own(playbook: Playbook, noun: str) -> dict[str, OwnField]:
    """The company's own fields of a noun, by code, in their order."""
    return {one.field: one for one in getattr(playbook.fields, noun, ())}


def checked(playbook: Playbook, noun: str, said: Mapping[str, Any]) -> dict[str, Any]:
    """`said` with every value in the form it is kept in. Raises FieldRefused naming the field."""
    known = own(playbook, noun)
    found: dict[str, Any] = {}
    for code, value in said.items():
        if code not in known:
            words = ", ".join(known) or "none yet; add one under Fields"
            raise FieldRefused(f"“{code}” is none of your own fields of {_a(noun)}; there are: {words}.", field=f"custom.{code}")
        found[code] = None if value is None or value == "" else value_of(known[code], value)
    return found


def value_of(one: OwnField, value: Any) -> Any:
    """One value in the form it is kept in. A text is read as people write it. Raises FieldRefused."""
    try:
        return _READ[one.kind](one, value)
    except (ValueError, TypeError, OverflowError) as error:
        wants = _WANTS[one.kind] if one.kind != "picklist" else f"one of: {', '.join(one.values)}"
        raise FieldRefused(f"{one.title} takes {wants}, not “{str(value)[:40]}”.", field=f"custom.{one.field}") from error


def shown(one: OwnField, value: Any) -> Any:
    """A kept value as a file and a form say it."""
    if value is None:
        return ""
    if one.kind == "yes_no":
        return "yes" if value else "no"
    if one.kind == "money":
        return value // 100 if value % 100 == 0 else value / 100
    return value


FINDS = "finds"
"""Key under which the words of own fields that search finds stand together (ground/search.sql)."""
RESERVED = ("facts", "loaded", "gates", "gates_at", FINDS)
"""Keys of the same jsonb that are the product's own."""


def kept(playbook: Playbook, noun: str, before: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """The jsonb of a record after `changes` (None takes a value away), with the words search finds."""
    held = {**before, **changes}
    words = " ".join(str(held[code]) for code, one in own(playbook, noun).items() if one.finds and one.kind == "text" and held.get(code))
    held = {code: value for code, value in held.items() if value is not None and code != FINDS}
    return {**held, FINDS: words} if words else held


def _a(noun: str) -> str:
    return f"an {noun}" if noun[0] in "aeiou" else f"a {noun}"


def _text(one: OwnField, value: Any) -> str:
    text = str(value).strip() if isinstance(value, str | int | float) and not isinstance(value, bool) else None
    if text is None or "\0" in text or len(text) > one.longest:
        raise ValueError
    return text


def _number(one: OwnField, value: Any) -> int | float:
    if isinstance(value, bool):
        raise ValueError
    number = float(value.replace(",", "").removeprefix("$").strip()) if isinstance(value, str) else float(value)
    if not math.isfinite(number) or abs(number) > one.largest:
        raise ValueError
    return int(number) if number.is_integer() else number


def _money(one: OwnField, value: Any) -> int:
    return round(_number(one, value) * 100)


def _date(one: OwnField, value: Any) -> str:
    if isinstance(value, date):
        return value.isoformat()[:len("2026-11-20")]
    if "/" in value:
        month, day, year = value.split("/")
        return date(int(year), int(month), int(day)).isoformat()
    return date.fromisoformat(value.strip()[:len("2026-11-20")]).isoformat()


_FLAGS = {"yes": True, "y": True, "true": True, "1": True, "no": False, "n": False, "false": False, "0": False}


def _yes_no(one: OwnField, value: Any) -> bool:
    return _among(_FLAGS, str(value))


def _picked(one: OwnField, value: Any) -> str:
    return _among({word.lower(): word for word in one.values}, str(value))


def _among(words: Mapping[str, Any], said: str) -> Any:
    if said.strip().lower() not in words:
        raise ValueError
    return words[said.strip().lower()]


def _lookup(one: OwnField, value: Any) -> str:
    return str(UUID(str(value).strip()))


_READ = {"text": _text, "number": _number, "money": _money, "date": _date, "yes_no": _yes_no, "picklist": _picked, "lookup": _lookup}
_WANTS = {
    "text": "a text of one line without NUL, not too long", "number": "a number such as 420", "money": "an amount in dollars such as 120000",
    "date": "a day such as 2026-11-20", "yes_no": "yes or no", "lookup": "the id of a record",
}  # fmt: skip
