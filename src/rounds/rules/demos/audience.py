"""Which type of demo a set of people asks for, and who is missing in the room (DEMO-02)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from rounds.playbook import Playbook
from rounds.rules.facts import Checker, WrongFact, choice


@dataclass(frozen=True, slots=True)
class Audience:
    """`suggested` type, why, and the warnings for the type one chose."""

    suggested: str
    why: str
    warnings: tuple[str, ...]


def audience(playbook: Playbook, roles: Iterable[str], kind: str | None = None) -> Audience:
    """What the roles of the attendees ("" for somebody without one) say of a demo of `kind`."""
    book, groups = playbook.demos, list(map(_Groups(playbook), roles))
    counted = Counter(group for group in groups if group in book.suggestion.by_group)
    if counted:
        order = list(book.suggestion.by_group)
        most = max(counted, key=lambda group: (counted[group], -order.index(group)))
        suggested, why = book.suggestion.by_group[most], f"{counted[most]} of {len(groups)} are {most.lower()}"
    else:
        suggested, why = book.suggestion.otherwise, "no roles of the attendees are known"
    return Audience(suggested, why, tuple(_warnings(playbook, list(roles), groups, kind or suggested, suggested)))


def _warnings(playbook: Playbook, roles: list[str], groups: list[str], kind: str, suggested: str) -> list[str]:
    book = playbook.demos
    here, clinical = set(groups), any(role in book.suggestion.clinical_roles for role in roles)
    found = []
    if not roles:
        return ["Nobody is invited yet: add the people who will be there."]
    for group in book.types[kind].needs:
        if group not in here and not (group == "Clinical Stakeholders" and clinical):
            found.append(f"A {book.types[kind].title.lower()} without {_one_of(group)}: invite one, or choose another type.")
    if kind != suggested and not found:
        found.append(f"These people would rather see the {book.types[suggested].title.lower()}.")
    if unknown := groups.count(""):
        found.append(f"Of {unknown} {'attendee' if unknown == 1 else 'attendees'} the role is not known.")
    return found


def _one_of(group: str) -> str:
    return "a " + group.lower().removesuffix("s")


class _Groups:
    """The group of a role; "" for one that is in none."""

    def __init__(self, playbook: Playbook) -> None:
        self.of = {role: group for group, roles in playbook.picklists.contact_role.groups.items() for role in roles}

    def __call__(self, role: str) -> str:
        return self.of.get(role, "")


@lru_cache(maxsize=64)
def _checker(playbook: Playbook) -> Checker:
    known = tuple(role for roles in playbook.picklists.contact_role.groups.values() for role in roles)
    one = choice("roles", known)

    def roles(value: Any) -> list[str]:
        if isinstance(value, str) or not isinstance(value, list | tuple):
            raise WrongFact('roles must be a list of contact roles, such as ["CIO", "Nurse Manager"].', field="roles")
        return [one(role) if role else "" for role in value]

    return Checker(playbook, {"type": choice("type", tuple(playbook.demos.types)), "roles": roles})


def explain(playbook: Playbook, given: Mapping[str, Any]) -> dict[str, Any]:
    """`roles` of the attendees and, once chosen, the `type`."""
    facts = _checker(playbook)(given)
    found, kind = audience(playbook, facts.get("roles", []), facts.get("type")), facts.get("type")
    chosen = kind or found.suggested
    return {
        "suggested": found.suggested, "type": chosen, "minutes": playbook.demos.types[chosen].minutes, "why": found.why,
        "warnings": list(found.warnings), "missing": [] if facts.get("roles") else ["roles"],
        "lines": [{"what": code, "level": None, "points": None, "why": f"{one.minutes} minutes: {', '.join(one.shows)}",
                   "source": one.origin} for code, one in playbook.demos.types.items()],
    }  # fmt: skip
