"""What leaves as a file is looked at too: a file with what looks like patient data in it is not made (SEC-08)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from rounds.actions.trust.phi import look, titles
from rounds.kit.refusal import Refusal
from rounds.rules import phi

SHORT, FEW = 25, 6
"""A cell shorter than this and with fewer digits holds a name, a title or a figure and is not read word by word."""
MOST_KNOWN = 50_000


class PhiInFile(Refusal):
    """The file would take out what looks like patient data, so it was not made."""


def looked_through(rows: Iterable[list[Any]]) -> Iterator[list[Any]]:
    """`rows` of a file as they are. Raises PhiInFile (409) at the first text with findings, naming row and kinds."""
    clean: set[str] = set()
    for number, row in enumerate(rows, 1):
        for cell in row:
            if not isinstance(cell, str) or cell in clean or not _worth_it(cell):
                continue
            if (kinds := phi.kinds(look(cell))):
                raise PhiInFile(f"Row {number:,} of this file looks like it holds patient data: {titles(kinds)}. The file was not "
                                "made. Ask a compliance officer to look at that record, or narrow the list.")  # fmt: skip
            if len(clean) < MOST_KNOWN:
                clean.add(cell)  # organisations and marks come again and again
        yield row


def need_clean(texts: Iterable[str], *, what: str) -> None:
    """Go on only if no text of a document (`what`: "This brief") holds what looks like patient data. Raises PhiInFile."""
    for text in texts:
        if kinds := phi.kinds(look(text)):
            raise PhiInFile(f"{what} looks like it holds patient data: {titles(kinds)}. It was not made. Ask a compliance officer "
                            "to look at the record.")  # fmt: skip


def _worth_it(cell: str) -> bool:
    return (len(cell) >= SHORT or sum(sign.isdigit() for sign in cell) >= FEW) and not ("@" in cell and " " not in cell)
