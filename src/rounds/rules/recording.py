"""Whose consent a conversation needs before it is recorded: the strictest law of the states its people are in (COMPL-15)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from rounds.kit.text import STATES
from rounds.playbook import Playbook
from rounds.rules.facts import Checker, refuse

STRICTER = ("one", "all")
"""From the milder to the stricter."""


@dataclass(frozen=True, slots=True)
class Asked:
    """`consent` one or all; each law that asks for it, as (title, source)."""

    consent: str
    laws: tuple[tuple[str, str], ...]

    @property
    def says(self) -> str:
        """What the one who would record is told."""
        whom = "Everybody must agree before it is recorded" if self.consent == "all" else "It may be recorded when one who takes part agrees"
        return f"{whom} ({'; '.join(f'{title}, {source}' for title, source in self.laws)})."


def asked(playbook: Playbook, states: Iterable[str]) -> Asked:
    """What the laws of these states ask together; "" is somebody whose state is not known, and no state at all is that too."""
    book = playbook.recording
    found = []
    for state in dict.fromkeys([*(tuple(states) or ("",)), *book.home]):
        law = book.states.get(state, book.otherwise)
        found.append((law.consent, (law.title, law.origin)) if state else (book.unknown.consent, ("a state that is not known", book.unknown.origin)))
    strictest = max((consent for consent, _ in found), key=STRICTER.index)
    return Asked(strictest, tuple(dict.fromkeys(law for consent, law in found if consent == strictest)))


def _states(value: Any) -> list[str]:
    if not isinstance(value, list | tuple) or any(one not in STATES and one != "" for one in value):
        raise refuse("states", 'a list of states such as ["NY", "CA"], "" for one that is not known', value)
    return list(value)


@lru_cache(maxsize=16)
def _checker(playbook: Playbook) -> Checker:
    return Checker(playbook, {"states": _states})


def explain(playbook: Playbook, given: Mapping[str, Any]) -> dict[str, Any]:
    """`states`: where each one who takes part is."""
    facts = _checker(playbook)(given)
    said = asked(playbook, facts.get("states", ()))
    lines = [{"what": title, "level": said.consent, "points": None, "why": said.says, "source": source} for title, source in said.laws]
    return {"consent": said.consent, "says": said.says, "lines": lines, "missing": [] if facts.get("states") else ["states"], "notes": []}
