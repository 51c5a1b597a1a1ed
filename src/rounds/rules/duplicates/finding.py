"""Finding pairs in many records, those like one record, and the reasons for one pair: the same weighing each time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from rounds.playbook import Playbook
from rounds.rules.duplicates.blocks import candidates, keys
from rounds.rules.duplicates.forms import forms
from rounds.rules.duplicates.weighing import reaching, total, weigh

WORDS = {"name": "Name", "email": "E-mail", "phone": "Telephone", "domain": "Web domain", "account": "Account",
         "organization": "Organisation", "title": "Title", "address": "Address", "city": "City", "state": "State",
         "zip": "ZIP code", "ccn": "Certification number", "level": "Level",
         "part": "Which house of the name", "house_number": "House number", "first_name": "First name",
         "alone": "Nothing but the name"}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Found:
    """Two positions of the records looked through, the points of the pair and the group they fall into."""

    one: int
    other: int
    points: int
    group: str


@dataclass(frozen=True, slots=True)
class Pair:
    """A verdict on two records: points, group (None: too little) and the lines that say why."""

    points: int
    group: str | None
    lines: list[dict[str, Any]]


def find(playbook: Playbook, noun: str, records: Sequence[Mapping[str, Any]]) -> list[Found]:
    """The pairs of `records` that fall into a group, the surest first.

    A record is a mapping of the fields of playbook/shapes/duplicates.py; absent ones are unknown. Work grows with the
    pairs that share a block.
    """
    import numpy as np

    if len(records) < 2:
        return []
    book = playbook.duplicates
    compared = book.nouns[noun]
    made = forms(playbook, compared, records)
    one, other = candidates(keys(compared, made), made["name"], book.largest_block)
    one, other, points = reaching(compared, made, one, other, book.groups[-1].at_least)
    order = np.lexsort((other, one, -points))
    return [Found(int(one[i]), int(other[i]), int(points[i]), group_of(playbook, int(points[i])) or "") for i in order]


def find_like(playbook: Playbook, noun: str, record: Mapping[str, Any], others: Sequence[Mapping[str, Any]]) -> list[Found]:
    """Those of `others` that fall into a group with `record`, the surest first; `one` is -1, the record itself."""
    import numpy as np

    if not others:
        return []
    compared = playbook.duplicates.nouns[noun]
    made = forms(playbook, compared, [*others, record])
    there = np.arange(len(others))
    points = total(weigh(compared, made, there, np.full(len(others), len(others))))
    found = [Found(-1, int(n), int(points[n]), group) for n in there if (group := group_of(playbook, int(points[n])))]
    return sorted(found, key=lambda pair: (-pair.points, pair.other))


def compare(playbook: Playbook, noun: str, one: Mapping[str, Any], other: Mapping[str, Any]) -> Pair:
    """How alike two records are, with a line a field that said something."""
    import numpy as np

    compared = playbook.duplicates.nouns[noun]
    made = forms(playbook, compared, [one, other])
    given = weigh(compared, made, np.array([0]), np.array([1]))
    points = int(total(given)[0])
    lines = [
        {"what": WORDS[field], "level": None, "points": round(float(value[0]), 1), "source": compared.origin,
         "why": _why(field, one, other)}
        for field, value in given.items() if field == "name" or value[0]
    ]  # fmt: skip
    return Pair(points, group_of(playbook, points), lines)


def _why(field: str, one: Mapping[str, Any], other: Mapping[str, Any]) -> str:
    if field == "alone":
        return "no other field speaks for it"
    field = {"part": "name", "house_number": "address", "first_name": "name"}.get(field, field)
    here, there = str(one.get(field) or "unknown"), str(other.get(field) or "unknown")
    return f"“{here}” in both" if here == there else f"“{here}” and “{there}”"


def group_of(playbook: Playbook, points: int) -> str | None:
    """The group of so many points, None below the last."""
    return next((group.group for group in playbook.duplicates.groups if points >= group.at_least), None)
