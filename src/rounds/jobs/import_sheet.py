"""Excel files: looked at as what they are, a packed folder, before anything is unpacked."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from rounds.kit.refusal import Refusal
from rounds.playbook.shapes.imports import Limits

MOST_PARTS = 2_000
"""Files within the package: a workbook has dozens."""
ENTITIES = (b"<!DOCTYPE", b"<!ENTITY")


class FileRefused(Refusal):
    """This file cannot be read."""

    status = 422


def look(path: Path, name: str, limits: Limits) -> tuple[str, list[str]]:
    """The name of the first sheet that holds something, and the cells of its first line. Raises FileRefused."""
    _believable(path, name, limits)
    book = _opened(path, name)
    for sheet in book.sheet_names:
        for _, cells in _rows(book, sheet, limits):
            return sheet, cells
    raise FileRefused(f"{name} has no sheet with a header line.")


def rows(path: Path, sheet: str, name: str, limits: Limits) -> Iterator[tuple[int, list[str]]]:
    """(row number, cells as text) of a sheet, its header among them."""
    _believable(path, name, limits)
    yield from _rows(_opened(path, name), sheet, limits)


def _believable(path: Path, name: str, limits: Limits) -> None:
    """What the package says of itself is within the caps, and none of its first words define entities."""
    if not zipfile.is_zipfile(path):
        raise FileRefused(f"{name} is an old or damaged workbook. Save it as .xlsx or CSV and try again.")
    try:
        with zipfile.ZipFile(path) as package:
            parts = package.infolist()
            unpacked, packed = sum(part.file_size for part in parts), sum(part.compress_size for part in parts)
            if "xl/workbook.xml" not in {part.filename for part in parts}:
                raise FileRefused(f"{name} is no workbook. Save it as .xlsx or CSV and try again.")
            if len(parts) > MOST_PARTS or unpacked > limits.unpacked_megabytes << 20 or unpacked > max(packed, 1) * limits.ratio:
                raise FileRefused(f"{name} unpacks to more than is read of a workbook ({limits.unpacked_megabytes} MB). Save the "
                                  "sheet as CSV: that has no such limit.")  # fmt: skip
            for part in parts:
                if part.filename.endswith((".xml", ".rels")):
                    with package.open(part) as inside:
                        if any(word in inside.read(1024) for word in ENTITIES):
                            raise FileRefused(f"{name} defines words of its own inside; save it anew from a spreadsheet.")
    except (zipfile.BadZipFile, OSError, RuntimeError, NotImplementedError) as error:
        raise FileRefused(f"{name} cannot be unpacked. Save it as .xlsx or CSV and try again.") from error


def _opened(path: Path, name: str) -> Any:
    from python_calamine import CalamineWorkbook

    try:
        return CalamineWorkbook.from_path(str(path))
    except Exception as error:  # the reader has several of its own
        raise FileRefused(f"{name} cannot be read as a workbook. Save it as CSV and try again.") from error


def _rows(book: Any, sheet: str, limits: Limits) -> Iterator[tuple[int, list[str]]]:
    try:
        found = book.get_sheet_by_name(sheet)
        width = found.total_width
    except Exception as error:
        raise FileRefused(f"The sheet “{sheet[:60]}” cannot be read. Save it as CSV and try again.") from error
    if width > limits.columns:
        raise FileRefused(f"The sheet “{sheet[:60]}” has more than {limits.columns} columns; leave out those that are not needed.")
    first = found.start[0] if found.start else 0
    for number, cells in enumerate(found.iter_rows(), first + 1):
        texts = [_text(cell) for cell in cells]
        if number > first + 1 or any(texts):
            yield number, texts


def _text(cell: Any) -> str:
    """A cell as it would be typed: no .0 behind whole numbers, days as 2026-11-20."""
    match cell:
        case str():
            return cell
        case bool():
            return "yes" if cell else "no"
        case float():
            return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
        case datetime():
            return cell.date().isoformat() if cell.time() == time() else cell.isoformat(" ")
        case date() | time():
            return cell.isoformat()
        case timedelta():
            return str(cell)
        case _:
            return "" if cell is None else str(cell)
