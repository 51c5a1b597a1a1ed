"""A pad to write findings on."""

from __future__ import annotations

from itertools import pairwise
from typing import Any, Literal

from rounds.playbook.book import Playbook
from rounds.playbook.choices import resolve
from rounds.playbook.finding import Finding


class Pad:
    """Collects findings of one file; `path` is by names (categories, company_profile …) or positions."""

    def __init__(self, playbook: Playbook, file: str) -> None:
        self.playbook, self.file, self.found = playbook, file, list[Finding]()

    def write(
        self, severity: Literal["error", "warning", "note"], path: tuple[Any, ...], sentence: str, mend: str = ""
    ) -> None:
        document = self.playbook.documents[self.file]
        try:
            line = document.line(*resolve(document.data, path))
        except (KeyError, IndexError, TypeError):
            line = document.line(*path)
        self.found.append(Finding(severity, self.file, line, sentence, mend))

    def error(self, path: tuple[Any, ...], sentence: str, mend: str) -> None:
        self.write("error", path, sentence, mend)

    def warn(self, path: tuple[Any, ...], sentence: str, mend: str) -> None:
        self.write("warning", path, sentence, mend)

    def note(self, path: tuple[Any, ...], sentence: str, mend: str = "") -> None:
        self.write("note", path, sentence, mend)


APART = (",", "~")
"""What parts values in a viewer's sight and in the address of a list: no word people choose from may hold it."""


def splits(word: str) -> bool:
    """Whether `word` would come apart where words stand in one line."""
    return any(sign in word for sign in APART)


def floors_fall(floors: list[float | int | None]) -> bool:
    """True when the floors fall strictly and only the last may be open."""
    closed = [floor for floor in floors if floor is not None]
    if None in floors[:-1]:
        return False
    return all(upper > lower for upper, lower in pairwise(closed))


def doubles(names: list[str]) -> list[str]:
    """Names that occur more than once."""
    return sorted({name for name in names if names.count(name) > 1})
