"""From a job title to a role of the committee, its group and its seniority (ACCT-10, ACCT-11, C-19)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from rounds.playbook import Playbook


@dataclass(frozen=True, slots=True)
class Placed:
    """A role with its group and seniority; `role` None: no pattern fits, the title goes to the review list."""

    role: str | None
    group: str | None = None
    seniority: str | None = None
    pattern: str = ""


def role_of(playbook: Playbook, title: str) -> Placed:
    """The role of the first pattern whose words all occur in `title`, in this order, as whole words."""
    words = re.findall(r"[a-z0-9]+", title.lower())
    if words:
        for role, pattern, wanted in _patterns(playbook):
            if _in_order(wanted, words):
                return describe(playbook, role, pattern)
    return Placed(None)


def describe(playbook: Playbook, role: str, pattern: str = "") -> Placed:
    """Group and seniority of a role; a role outside every group has none."""
    roles = playbook.picklists.contact_role
    group = next((name for name, members in roles.groups.items() if role in members), None)
    if not role or group is None:
        return Placed(None)
    seniority = "executive" if role in roles.executive else "manager" if role in roles.manager else "individual"
    return Placed(role, group, seniority, pattern)


@lru_cache(maxsize=32)
def _patterns(playbook: Playbook) -> tuple[tuple[str, str, tuple[str, ...]], ...]:
    return tuple(
        (entry.role, text, tuple(re.findall(r"[a-z0-9]+", text.lower())))
        for entry in playbook.titles.patterns for text in entry.any
    )


def _in_order(wanted: tuple[str, ...], words: list[str]) -> bool:
    rest = iter(words)
    return all(word in rest for word in wanted)
