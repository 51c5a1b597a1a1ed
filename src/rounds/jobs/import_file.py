"""A file of records: what kind it is, how its letters and cells are parted, and its lines, one after the other.

Nothing is ever held whole: a text is read line by line under caps on bytes, rows, columns, letters of a cell and time
(playbook imports.yaml). A line that cannot be read is a fault of its own and spoils no other.
"""

from __future__ import annotations

import codecs
import csv
import time
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from rounds.jobs import import_sheet
from rounds.jobs.import_sheet import FileRefused
from rounds.playbook.shapes.imports import Limits

__all__ = ["FileRefused", "Line", "Looks", "lines", "look"]

BLOCK, SAMPLE, MOST_OF_A_LINE = 1 << 20, 256 * 1024, 4 * 10**6
DELIMITERS = ",;\t|"
LIKELY = ("cp1252", "cp1250", "mac_roman", "iso8859_15", "cp437")
"""Encodings of spreadsheets in the West, the likeliest first; what is none of these is not guessed at."""


@dataclass(frozen=True, slots=True)
class Looks:
    """How a file is read: its encoding and delimiter ("" for a sheet), the sheet's name, the cells of its first line."""

    encoding: str
    delimiter: str
    sheet: str
    heads: list[str]


@dataclass(frozen=True, slots=True)
class Line:
    """One line below the header: its number as an editor shows it, its cells, and why it cannot be read ("" it can)."""

    number: int
    cells: list[str]
    fault: str = ""


def look(path: Path, name: str, limits: Limits) -> Looks:
    """What kind of file `path` is and the cells of its first line. Raises FileRefused, saying how to go on."""
    try:
        size = path.stat().st_size
        if size > limits.megabytes << 20:
            raise FileRefused(f"{name} is larger than {limits.megabytes:,} MB; split it.")
        with path.open("rb") as file:
            begins = file.read(4)
    except OSError as error:
        raise FileRefused(f"{name} cannot be read ({error.strerror}).") from error
    if begins == b"PK\x03\x04" or begins == b"\xd0\xcf\x11\xe0":
        sheet, heads = import_sheet.look(path, name, limits)
        return Looks("", "", sheet, checked_heads(heads, name, limits))
    encoding = _encoding(path, name, begins)
    with path.open(encoding=encoding, newline="", errors="replace") as file:
        sample = file.read(SAMPLE)
    delimiter = _delimiter(sample, limits)
    first = next(_cells(path, encoding, delimiter, name, limits), (0, []))[1]
    return Looks(encoding.removesuffix("-sig"), delimiter, "", checked_heads(first, name, limits))


def lines(path: Path, looks: Looks, name: str, limits: Limits) -> Iterator[Line]:
    """The lines below the header; empty ones are left out. Raises FileRefused where the whole file has to be."""
    until, width, count = time.monotonic() + limits.seconds, len(looks.heads), 0
    rows = (import_sheet.rows(path, looks.sheet, name, limits) if looks.sheet
            else _cells(path, looks.encoding, looks.delimiter, name, limits))  # fmt: skip
    for number, cells in islice(rows, 1, None):
        if not any(cells) or not any(cell.strip() for cell in cells):
            continue
        count += 1
        if count > limits.rows:
            raise FileRefused(f"{name} has more than {limits.rows:,} rows; split it.")
        if time.monotonic() > until:
            raise FileRefused(f"Reading {name} takes longer than {limits.seconds:,} seconds; split it.")
        yield Line(number, cells, _fault(cells, width, looks, limits))


def _fault(cells: list[str], width: int, looks: Looks, limits: Limits) -> str:
    if len(cells) != width:
        return f"has {len(cells)} cells where the header names {width} columns; quote texts that hold the delimiter."
    for head, cell in zip(looks.heads, cells, strict=True):
        if len(cell) > limits.characters:
            return f"{head} has more than {limits.characters:,} characters."
    return ""


def checked_heads(cells: list[str], name: str, limits: Limits) -> list[str]:
    """The header as it is shown. Raises FileRefused where there is none, or one of no table."""
    if len(cells) > limits.columns:
        raise FileRefused(f"{name} has more than {limits.columns} columns; leave out those that are not needed.")
    heads = [" ".join(cell.split())[:200] for cell in cells]
    if not any(heads):
        raise FileRefused(f"{name} needs a header line that names its columns.")
    return heads


def _encoding(path: Path, name: str, begins: bytes) -> str:
    """UTF-8 with or without its mark, UTF-16 with one, else what the letters look like. Raises FileRefused for no text."""
    if begins[:2] in (b"\xff\xfe", b"\xfe\xff"):
        with path.open(encoding="utf-16", errors="replace") as file:
            if "\0" in file.read(SAMPLE):
                raise _no_text(name)
        return "utf-16"
    marked = begins[:3] == codecs.BOM_UTF8
    decoder, place = codecs.getincrementaldecoder("utf-8")(), 0
    with path.open("rb") as file:
        bad: int | None = None
        while block := file.read(BLOCK):
            if b"\0" in block:
                raise _no_text(name)
            if bad is None:
                try:
                    decoder.decode(block)
                except UnicodeDecodeError as error:
                    bad = place + error.start
            place += len(block)
        if bad is None:
            try:
                decoder.decode(b"", final=True)
                return "utf-8-sig" if marked else "utf-8"
            except UnicodeDecodeError:
                bad = max(0, place - SAMPLE)
        file.seek(max(0, bad - SAMPLE // 8))
        return _guessed(file.read(SAMPLE // 4))


def _guessed(sample: bytes) -> str:
    from charset_normalizer import from_bytes

    found = from_bytes(sample, cp_isolation=list(LIKELY), threshold=0.3)
    best = found.best()
    if best is None:
        return LIKELY[0]
    # Short texts fit several: the likeliest encoding of a spreadsheet that is as good as the best one.
    fits = {one.encoding for one in found if one.chaos <= best.chaos}
    return next((name for name in LIKELY if name in fits), best.encoding)


def _no_text(name: str) -> FileRefused:
    return FileRefused(f"{name} is not a text file. Save it as CSV (UTF-8) or Excel and try again.")


def _delimiter(sample: str, limits: Limits) -> str:
    """The sign that parts the cells: the one under which the first lines have the same, and most, columns."""
    def fit(sign: str) -> tuple[bool, float, int]:
        try:
            rows = [row for row in islice(csv.reader(sample.splitlines(keepends=True)[:40], delimiter=sign), 20) if row]
        except csv.Error:
            return (False, 0.0, 0)
        width = len(rows[0]) if rows else 0
        return (width > 1, sum(len(row) == width for row in rows) / max(1, len(rows)), width)

    csv.field_size_limit(limits.characters * 100)
    return max(DELIMITERS, key=fit)


def _cells(path: Path, encoding: str, delimiter: str, name: str, limits: Limits) -> Iterator[tuple[int, list[str]]]:
    """(line number, cells) of every line of a text, the header among them."""
    csv.field_size_limit(limits.characters * 100)
    with path.open(encoding="utf-8-sig" if encoding == "utf-8" else encoding, newline="", errors="replace") as file:
        rows = csv.reader(_short_lines(file, name), delimiter=delimiter)
        try:
            for cells in rows:
                yield rows.line_num, cells
        except csv.Error as error:
            raise FileRefused(f"{name}, line {rows.line_num}: {error}. Save it as plain CSV and try again.") from error


def _short_lines(file, name: str) -> Iterator[str]:
    """The lines of a text, none longer than a table's can be: what has no end is never held."""
    for number, line in enumerate(iter(lambda: file.readline(MOST_OF_A_LINE), ""), 1):
        if len(line) >= MOST_OF_A_LINE:
            raise FileRefused(f"{name}, line {number} is longer than a line of a table can be. Save it as plain CSV and try again.")
        yield line
