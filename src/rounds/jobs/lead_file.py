"""A file of leads: its bytes as text, its header as fields of a lead, each line as what `capture` is given.

Encoding and delimiter are guessed. A line that cannot be read is a fault of its own and spoils no other.
"""

from __future__ import annotations

import csv
import difflib
import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from rounds.actions.leads.given import LeadGiven
from rounds.documents.csv import restored
from rounds.kit.refusal import Refusal
from rounds.playbook import VOCABULARY, Playbook

MOST_BYTES, MOST_ROWS, MOST_COLUMNS, MOST_IN_A_CELL = 50 * 1024 * 1024, 200_000, 200, 10_000
PLAIN = tuple(name for name in LeadGiven.model_fields if name not in ("facts", "answers"))
_LINE = re.compile(r"[^\r\n]*(?:\r\n|\r|\n)|[^\r\n]+")
YES, NO = {"yes", "y", "true", "1", "x"}, {"no", "n", "false", "0"}


class FileRefused(Refusal):
    """A file of leads that cannot be read."""

    status = 422


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the file: its number as an editor shows it, and either what it says or why it cannot be read."""

    number: int
    said: dict[str, Any] | None = None
    fault: str = ""
    field: str = ""


def text_of(path: Path) -> str:
    """The file as text: UTF-8 with or without its mark, UTF-16 with one, else Windows-1252. Raises FileRefused."""
    try:
        if path.stat().st_size > MOST_BYTES:
            raise FileRefused(f"{path.name} is larger than {MOST_BYTES // 2**20} MB; split it.")
        raw = path.read_bytes()
    except OSError as error:
        raise FileRefused(f"{path} cannot be read ({error.strerror}).") from error
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        encodings = ["utf-16"]
    else:
        encodings = ["utf-8-sig", "cp1252"]
    for encoding in encodings:
        try:
            text = raw.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" in text:
            break
        return text
    raise FileRefused(f"{path.name} is not a text file. Save it as CSV (UTF-8) and try again.")


def lines_of(text: str, name: str, book: Playbook) -> Iterator[Line]:
    """The lines below the header. Raises FileRefused for a header that does not fit a lead."""
    end = text.find("\n")
    delimiter = max(",;\t|", key=text[: end if 0 <= end < MOST_IN_A_CELL else MOST_IN_A_CELL].count)
    csv.field_size_limit(MOST_IN_A_CELL * 100)
    # Line by line out of the one text there is: a copy of 50 MB of wide letters would take 200 more.
    rows = csv.reader((found[0] for found in _LINE.finditer(text)), delimiter=delimiter)
    try:
        head = _header(next(rows, []), name, book)
        for count, cells in enumerate(rows):
            if count >= MOST_ROWS:
                raise FileRefused(f"{name} has more than {MOST_ROWS:,} rows; split it.")
            if any(cell.strip() for cell in cells):
                yield _line(rows.line_num, head, cells, book)
    except csv.Error as error:
        raise FileRefused(f"{name}, line {rows.line_num}: {error}. Save it as plain CSV and try again.") from error


def _header(cells: list[str], name: str, book: Playbook) -> list[str]:
    """The header's cells as names of fields, facts or questions; '' for an empty one."""
    if len(cells) > MOST_COLUMNS:
        raise FileRefused(f"{name} has more than {MOST_COLUMNS} columns.")
    known = [*PLAIN, *VOCABULARY, *(c.criterion for c in book.scoring["lead_fit"].criteria)]
    head = [re.sub(r"[^a-z0-9]+", "_", cell.strip().lower()).strip("_") for cell in cells]
    for heading, cell in zip(head, cells, strict=True):
        if heading and heading not in known:
            near = difflib.get_close_matches(heading, known, n=1)
            hint = f"Did you mean {near[0]}?" if near else f"Known: {', '.join(PLAIN)}, and facts such as beds or ehr."
            raise FileRefused(f"{name}: the column “{cell.strip()[:60]}” is not a field of a lead; rename or remove it. {hint}")
        if heading and head.count(heading) > 1:
            raise FileRefused(f"{name} has the column “{heading}” twice; remove one.")
    if "name" not in head:
        raise FileRefused(f"{name} needs a header line with at least the column “name”.")
    return head


def _line(number: int, head: list[str], cells: list[str], book: Playbook) -> Line:
    if len(cells) != len(head):
        return Line(number, fault=f"has {len(cells)} cells where the header names {len(head)} columns; quote texts "
                                  "that hold the delimiter.")  # fmt: skip
    said: dict[str, Any] = {"facts": {}, "answers": {}}
    questions = {criterion.criterion for criterion in book.scoring["lead_fit"].criteria}
    for heading, cell in zip(head, cells, strict=True):
        cell = as_written(cell)
        if not heading or not cell:
            continue
        if len(cell) > MOST_IN_A_CELL:
            return Line(number, fault=f"{heading} has more than {MOST_IN_A_CELL:,} characters.", field=heading)
        if heading == "hand_raise":
            said[heading] = _flag(cell)
        elif heading in PLAIN:
            said[heading] = cell
        elif heading in questions and heading not in VOCABULARY:
            said["answers"][heading] = cell
        else:
            said["facts"][heading] = as_fact(heading, cell)
    said.setdefault("name", "")
    said.setdefault("external_id", f"file:{_print(said)}")
    return Line(number, said)


def as_written(cell: str) -> str:
    """A cell without the quote an export put before what looks like a formula. Nothing is ever run."""
    return restored(cell.strip())


def as_fact(name: str, cell: str) -> Any:
    """A cell in the kind the vocabulary gives the fact; what cannot be read as that kind stays text and is refused
    by the rule's own check, which names what it wants."""
    kind = VOCABULARY[name].kind
    if kind == "flag":
        return _flag(cell)
    if kind == "set":
        return [part.strip() for part in re.split(r"[;|,]", cell) if part.strip()]
    if kind in ("count", "number", "ratio", "money"):
        number = cell.replace(",", "").removeprefix("$")
        try:
            value = float(number.removesuffix("%")) / (100 if number.endswith("%") else 1)
        except ValueError:
            return cell
        return int(value) if value.is_integer() and "%" not in number else value
    return cell


def _flag(cell: str) -> Any:
    low = cell.lower()
    return True if low in YES else False if low in NO else cell


def _print(said: dict[str, Any]) -> str:
    """Names a line by what it says, so that a file read again takes no line twice."""
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()[:32]
