"""What holds of a sheet: what people said, and what the data proves where nobody said anything (QUAL-11)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from rounds.playbook import Playbook
from rounds.playbook.shapes.life import Besides, Derivation
from rounds.rules.qualification.contradictions import against

Answer = Literal["yes", "no"]


@dataclass(frozen=True, slots=True)
class Said:
    """What a person said last: yes, no, or "unknown" (taken back), and how many days ago."""

    answer: str
    days: int = 0


@dataclass(frozen=True, slots=True)
class Holds:
    """What holds of one item. `answer` None: unknown. `derived` is what the data says, whether or not it holds: a
    person's word outranks it, and `aside` says that it does."""

    answer: Answer | None
    by_person: bool = False
    stale: bool = False
    derived: str = ""

    @property
    def aside(self) -> bool:
        """The data says yes, and a person something else."""
        return bool(self.derived) and self.by_person and self.answer != "yes"


UNKNOWN = Holds(None)


def standing(playbook: Playbook, said: Mapping[str, Said], proved: Mapping[str, str]) -> dict[str, Holds]:
    """Item → what holds, from what people said and what `derived` proved. A person's word outranks the data; what the
    data proves against a person's word does not hold; an old word counts as unknown where the playbook says so."""
    book = playbook.qualification
    firm = {item: _firm(book, word) for item, word in said.items()}
    true = {item for item, answer in firm.items() if answer == "yes"}
    found: dict[str, Holds] = {}
    for item in book.items:
        word, answer = said.get(item), firm.get(item)
        stale = word is not None and word.answer in ("yes", "no") and word.days > book.stale_days.value
        if answer is not None:
            found[item] = Holds(answer, True, stale, proved.get(item, ""))
        elif item in proved and against(playbook, item, true) is None:
            found[item] = Holds("yes", False, stale, proved[item])
        else:
            found[item] = Holds(None, False, stale, proved.get(item, ""))
    return found


def _firm(book: Any, word: Said) -> Answer | None:
    if word.answer not in ("yes", "no") or (book.stale == "ask_again" and word.days > book.stale_days.value):
        return None
    return "yes" if word.answer == "yes" else "no"


def derived(playbook: Playbook, facts: Mapping[str, Any]) -> dict[str, str]:
    """Item → the words that prove it, such as "IT budget 2400000", from the facts of a lead (models/leads/sheets.py)."""
    found: dict[str, str] = {}
    for line in playbook.qualification.derivations:
        if line.item not in found and _proves(playbook, line, facts):
            value = facts[line.fact]
            found[line.item] = line.says if value is True else f"{line.says} {_shown(value)}"
    return found


def _shown(value: Any) -> str:
    return f"{value:,.0f}" if isinstance(value, int | float) and not isinstance(value, bool) else str(value)


def _proves(playbook: Playbook, line: Derivation, facts: Mapping[str, Any]) -> bool:
    value = facts.get(line.fact)
    if value is None or (line.needs is not None and not _besides(line.needs, facts)):
        return False
    if line.is_ is not None:
        return value in line.is_ and not (isinstance(value, bool) and value not in [one for one in line.is_ if isinstance(one, bool)])
    floor = least_capacity(playbook, facts.get("segment")) if line.at_least == "min_capacity" else line.at_least
    return not isinstance(value, bool | str) and value >= floor


def _besides(needs: Besides, facts: Mapping[str, Any]) -> bool:
    value = facts.get(needs.fact)
    return needs.or_unknown if value is None else value >= needs.at_least


def least_capacity(playbook: Playbook, segment: str | None) -> int:
    """The technology investment a lead of `segment` must be able to make, in dollars (C-44)."""
    usd = playbook.qualification.min_capacity.usd
    return usd.get(segment or "default", usd["default"])
