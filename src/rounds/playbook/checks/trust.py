"""Checks of the patterns of patient data and of the laws: linear time, nothing unknown, no day that is none."""

from __future__ import annotations

import re
import re._constants as tokens
import re._parser as parser
from collections.abc import Iterator
from datetime import date
from typing import Any

from rounds.playbook.book import Playbook
from rounds.playbook.checks.note import Pad
from rounds.playbook.finding import Finding

MOST_REPEATS = 200
"""An upper bound above this lets a pattern walk a whole text from every place in it."""
_REPEATS = (tokens.MAX_REPEAT, tokens.MIN_REPEAT, tokens.POSSESSIVE_REPEAT)
BIT = 3
"""A repeat of at most so many rounds may hold another: its cost is bounded by a small number."""


def trust_findings(playbook: Playbook) -> list[Finding]:
    return [*_phi(playbook), *_law(playbook)]


def _phi(playbook: Playbook) -> list[Finding]:
    pad, said = Pad(playbook, "trust/phi.yaml"), playbook.phi
    if said.overlap.value * 2 > said.window.value:
        pad.error(("overlap",), "The windows overlap by more than half.", "Lower overlap, or raise window.")
    if said.born.last < said.born.first:
        pad.error(("born",), "The years run backwards.", "Put the earlier year first.")
    for code, kind in said.kinds.items():
        for place, pattern in enumerate(kind.patterns):
            at = ("kinds", code, "patterns", place)
            text = said.expanded(pattern)
            if lost := re.search(r"\{[a-z_]+\}", text):
                pad.error(at, f"'{lost[0]}' is none of the parts.", f"Choose from {', '.join(said.parts)}.")
                continue
            try:
                fault = slow(text)
            except (re.error, RecursionError) as error:
                pad.error(at, f"This is no regular expression: {error}.", "Mend the pattern.")
                continue
            if fault:
                pad.error(at, fault, "Give every repeat an upper bound and put none inside another.")
            wanted = {"ssn": "ssn", "name": "name", "born": "year"}
            for check in pattern.checks or kind.checks:
                if f"(?P<{wanted[check]}>" not in text:
                    pad.error(at, f"The check '{check}' finds no group '{wanted[check]}' in this pattern.", "Name the group.")
    return pad.found


def slow(pattern: str) -> str:
    """Why `pattern` may take more than linear time, as a sentence; "" where it cannot. Raises re.error."""
    for node, depth in _repeats(parser.parse(pattern), 0):
        most = int(node[1])
        if most > MOST_REPEATS:
            return f"A repeat of this pattern has no upper bound, or one above {MOST_REPEATS}."
        if depth:
            return "A repeat of this pattern stands within another."
    if "(?P=" in pattern or re.search(r"\\[1-9]", pattern):
        return "This pattern refers back to what it matched."
    return ""


def _repeats(parsed: Any, depth: int) -> Iterator[tuple[Any, int]]:
    """Every repeat with how many true repeats it stands within. `x?` and groups said a few times are none."""
    for kind, value in parsed:
        if kind in _REPEATS:
            low, most, inner = value
            if most > 1 and not (isinstance(most, int) and int(most) <= BIT + 2 and low == 0 and depth == 0):
                yield (low, most, inner), depth
            yield from _repeats(inner, depth + (1 if int(most) > BIT + 2 else 0))
        elif kind is tokens.SUBPATTERN:
            yield from _repeats(value[3], depth)
        elif kind is tokens.BRANCH:
            for branch in value[1]:
                yield from _repeats(branch, depth)
        elif kind in (tokens.ASSERT, tokens.ASSERT_NOT):
            yield from _repeats(value[1], depth)
        elif kind is tokens.ATOMIC_GROUP:
            yield from _repeats(value, depth)


def _law(playbook: Playbook) -> list[Finding]:
    pad, said = Pad(playbook, "trust/subject_law.yaml"), playbook.subject_law
    if said.otherwise not in said.laws:
        pad.error(("otherwise",), f"'{said.otherwise}' is none of the laws.", f"Choose from {', '.join(said.laws)}.")
    for code, law in said.laws.items():
        try:
            date.fromisoformat(law.since)
        except ValueError:
            pad.error(("laws", code, "since"), f"“{law.since}” is no day.", "Write it as YYYY-MM-DD.")
    return pad.found
