"""The plain forms in which records are compared: one text a field, "" where it is not known."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from rounds.kit.text import digits, domain_of, plain, plain_organization, state_code
from rounds.playbook import Playbook
from rounds.playbook.shapes.duplicates import Compared
from rounds.rules.universe import names

Columns = dict[str, list[str]]
"""Field → the form of each record, in their order."""
DERIVED = {"name", "first_word", "last_name", "part", "house_number", "first_name"}
NONE = "-"
"""A part that is known to be none: the main house, where another says which of its houses it is."""
PHONE = 10
"""Digits of a telephone number in the United States; shorter ones are house numbers and extensions."""


def forms(playbook: Playbook, compared: Compared, records: Sequence[Mapping[str, Any]]) -> Columns:
    """The forms of `records` that the evidence and the blocks of `compared` look at, `name` among them."""
    wanted = {evidence.field for evidence in compared.evidence} | {part for block in compared.blocks for part in block}
    made = {field: _column(field, playbook, records) for field in wanted - DERIVED}
    told = [str(record.get("name") or "") for record in records]
    if compared.names == "organization":
        made["name"] = [_lower(names.full(name)) for name in told]
        made["core"] = [_lower(names.core(name)) for name in told]
        made["first_word"] = [core.partition(" ")[0] for core in made["core"]]
        made["part"] = _parts(playbook, made["name"])
        made["house_number"] = [next(iter(re.findall(r"^\d+", address)), "") for address in made["address"]]
    else:
        made["name"] = [_person(playbook, name) for name in told]
        made["first_name"] = [name.partition(" ")[0] for name in made["name"]]
        made["last_name"] = [name.rpartition(" ")[2] for name in made["name"]]
    return made


def _column(field: str, playbook: Playbook, records: Sequence[Mapping[str, Any]]) -> list[str]:
    form = FORMS.get(field) or (lambda said: said.strip().lower())
    if field == "address":
        words = playbook.duplicates.streets.words
        return [" ".join(words.get(word, word) for word in plain(str(r.get(field) or "")).split()) for r in records]
    return [form(str(record.get(field) or "")) for record in records]


def _parts(playbook: Playbook, told: Sequence[str]) -> list[str]:
    """Which house of its name each is: the telling words in order, NONE for the main one, "" without a name."""
    words = frozenset(playbook.duplicates.parts.words)
    return [" ".join(sorted(words.intersection(name.split()))) or (NONE if name else "") for name in told]


def _person(playbook: Playbook, name: str) -> str:
    """First name first, in its long form, without degrees: "Miller, Bob MD" → "robert miller"."""
    book = playbook.duplicates
    before, _, after = name.partition(",")
    words, behind = plain(before).split(), [word for word in plain(after).split() if word not in book.degrees.words]
    first, *rest = [word for word in (*behind, *words) if word not in book.degrees.words] or [""]
    return " ".join([book.short_forms.names.get(first, first), *rest])


def _phone(said: str) -> str:
    found = digits(said)
    return found[:PHONE] if len(found) >= PHONE else ""


def _city(said: str) -> str:
    return plain(said).replace("saint ", "st ").replace(" ", "")


def _lower(said: str | None) -> str:
    return (said or "").lower()


FORMS: dict[str, Callable[[str], str]] = {
    "phone": _phone,
    "domain": domain_of,
    "city": _city,
    "state": lambda said: state_code(said) or plain(said),
    "zip": lambda said: digits(said)[:5],
    "organization": plain_organization,
    "title": plain,
}
"""Field → its plain form; the others are compared in lower case as they are."""
