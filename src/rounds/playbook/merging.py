"""Two changes of one text brought together, line by line."""

from __future__ import annotations

from dataclasses import dataclass
from difflib import SequenceMatcher


@dataclass(frozen=True, slots=True)
class _Change:
    """Lines `low` up to `high` of the base become `lines`; low == high puts them in between."""

    low: int
    high: int
    lines: tuple[str, ...]

    def meets(self, other: _Change) -> bool:
        """Whether both touch the same lines, or put lines in at the same place or at the edge of the other's."""
        if self.low == self.high or other.low == other.high:
            return self.low <= other.high and other.low <= self.high
        return self.low < other.high and other.low < self.high


def merged(base: str, ours: str, theirs: str) -> str | None:
    """`base` with the changes of both; None where both change the same lines, each in its own way."""
    first, second = _changes(base, ours), _changes(base, theirs)
    if any(a != b and a.meets(b) for a in first for b in second):
        return None
    lines, done = base.splitlines(keepends=True), 0
    found: list[str] = []
    for change in sorted({*first, *second}, key=lambda change: (change.low, change.high)):
        found += [*lines[done : change.low], *change.lines]
        done = change.high
    return "".join([*found, *lines[done:]])


def _changes(base: str, text: str) -> list[_Change]:
    """What makes `text` of `base`. As many lines for as many are changes of single lines."""
    was, becomes = base.splitlines(keepends=True), text.splitlines(keepends=True)
    found: list[_Change] = []
    for kind, low, high, start, end in SequenceMatcher(None, was, becomes, autojunk=False).get_opcodes():
        if kind == "equal":
            continue
        if high - low == end - start:
            pairs = zip(range(low, high), becomes[start:end], strict=True)
            found += [_Change(at, at + 1, (line,)) for at, line in pairs if was[at] != line]
        else:
            found.append(_Change(low, high, tuple(becomes[start:end])))
    return found
