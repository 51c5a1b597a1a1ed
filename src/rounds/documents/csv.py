"""CSV: plain rows as text a spreadsheet opens without running anything."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
_SIGNS = "[=+\\-@＝＋－＠]"
"""A text that begins so is run as a formula by some spreadsheet (the wide forms too)."""
_BLANK = "[\\s'\"\ufeff\u200b]*"
_BEGINS = re.compile(f"{_BLANK}{_SIGNS}|['\"]*[\t\r\n]")
_INSIDE = re.compile(f"([;|\t\r\n]{_BLANK})({_SIGNS})")
"""Where a cell may begin for a spreadsheet that was told another separator, or that lost count of the quotes."""


def plain(value: Any) -> str:
    """A value as the text of a cell: days and moments in ISO, nothing for unknown, no formula (a quote goes before).

    Numbers stay numbers, negative ones too; only texts are neutralised.
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float | Decimal):
        return str(value)
    if isinstance(value, datetime | date):
        return value.isoformat()
    return neutral(str(value))


def neutral(text: str) -> str:
    """`text` with a quote before all that a spreadsheet would take for a formula: at its beginning, blanks and quotes in
    front or not, and after every sign that some spreadsheet takes for the end of a cell."""
    inside = _INSIDE.sub(r"\1'\2", text)
    return f"'{inside}" if _BEGINS.match(text) else inside


def restored(cell: str) -> str:
    """What `neutral` was given, from what it answered; a text it would not have touched stays as it is."""
    if "'" not in cell:
        return cell
    inside = _INSIDE.sub(lambda found: found[1].removesuffix("'") + found[2], cell)
    return inside[1:] if inside.startswith("'") and _BEGINS.match(inside[1:]) else inside


def lines(heads: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    """The file line by line, heads first, with the mark that tells Excel it is UTF-8."""
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    buffer.write("\ufeff")
    writer.writerow([plain(head) for head in heads])
    yield _taken(buffer)
    for row in rows:
        writer.writerow([plain(cell) for cell in row])
        yield _taken(buffer)


def _taken(buffer: io.StringIO) -> str:
    text = buffer.getvalue()
    buffer.seek(0)
    buffer.truncate()
    return text
