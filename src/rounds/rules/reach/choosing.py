"""Which nurture sequence somebody gets: the first family, by priority, that has a member for them (ABM-22)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from rounds.playbook import Playbook
from rounds.playbook.shapes.reaching import Nurture
from rounds.rules.facts import Checker, choice


@dataclass(frozen=True, slots=True)
class Chosen:
    """The sequence, the family and member that chose it, and why in words."""

    sequence: str
    family: str
    member: str
    angle: str
    why: str


def choose(book: Nurture, known: Mapping[str, str], first: str = "") -> Chosen | None:
    """`known`: what somebody is in each family (trigger, stakeholder, stage, industry); an empty word is not known.

    `first`: the family an account's tier asks for (tiers/abm.yaml), looked at right after what they did. None where no
    family has a member for them.
    """
    order = [name for name in book.priority if name != first]
    if first in book.families:
        order.insert(1 if order and order[0] == "trigger" else 0, first)
    for name in order:
        family, said = book.families[name], known.get(name, "")
        for member in family.members:
            if member.is_ == said:
                return Chosen(member.sequence, name, said, member.angle, f"{family.title}: {said.replace('_', ' ')}")
    return None


def explain(playbook: Playbook, given: Mapping[str, Any]) -> dict[str, Any]:
    """`trigger`, `stakeholder`, `stage`, `industry`, and `first` for a tier's own family."""
    book = playbook.nurture
    checks = {name: choice(name, tuple(member.is_ for member in family.members)) for name, family in book.families.items()}
    facts = Checker(playbook, checks | {"first": choice("first", tuple(book.families))})(given)
    found = choose(book, facts, facts.get("first", ""))
    lines = [
        {"what": family.title, "level": facts.get(name), "points": None, "source": family.origin,
         "why": "chosen" if found and found.family == name else "not known" if name not in facts else "comes after"}
        for name, family in book.families.items()
    ]  # fmt: skip
    return {"sequence": found.sequence if found else None, "family": found.family if found else None,
            "angle": found.angle if found else None, "missing": [name for name in book.families if name not in facts], "lines": lines}  # fmt: skip
