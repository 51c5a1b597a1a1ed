"""XLSX: plain rows as one worksheet and an "About" sheet, written by hand because no more is needed.

A cell is a number or an inline text; nothing is ever a formula. Format: ECMA-376 part 1, SpreadsheetML.
"""

from __future__ import annotations

import io
import math
import re
import zipfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any
from xml.sax.saxutils import escape

from rounds.documents.csv import plain

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACK = "http://schemas.openxmlformats.org/package/2006"
_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
MOST_TEXT = 32_767
"""Characters a cell holds."""
MOST_ROWS = 1_048_575
"""Rows a sheet holds under its head."""


def book(name: str, heads: Sequence[str], rows: Iterable[Sequence[Any]], about: Mapping[str, Any]) -> bytes:
    """The workbook: sheet `name` with bold, frozen heads, and the sheet About with `about` as two columns."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as pack:
        for path, text in _frame(name).items():
            pack.writestr(path, _HEAD + text)
        for number, lines in ((1, _sheet(heads, rows)), (2, _sheet(("About this file", ""), about.items()))):
            with pack.open(f"xl/worksheets/sheet{number}.xml", "w") as part:
                part.write(_HEAD.encode())
                for line in lines:
                    part.write(line.encode())
    return file.getvalue()


def _sheet(heads: Sequence[str], rows: Iterable[Sequence[Any]]) -> Iterator[str]:
    yield f'<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0"><pane ySplit="1" topLeftCell="A2"'
    yield ' activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><sheetData>'
    yield "<row>" + "".join(_text(head, bold=True) for head in heads) + "</row>"
    for row in rows:
        yield "<row>" + "".join(_cell(value) for value in row) + "</row>"
    yield "</sheetData></worksheet>"


def _cell(value: Any) -> str:
    if isinstance(value, int | float | Decimal) and not isinstance(value, bool) and math.isfinite(value):
        return f"<c><v>{value}</v></c>"
    return _text(plain(value)) if value not in (None, "") else "<c/>"


def _text(said: str, *, bold: bool = False) -> str:
    style = ' s="1"' if bold else ""
    clean = escape(_ILLEGAL.sub("", said)[:MOST_TEXT])
    return f'<c t="inlineStr"{style}><is><t xml:space="preserve">{clean}</t></is></c>'


def _frame(name: str) -> dict[str, str]:
    """The parts of the package that do not depend on the rows."""
    safe = escape(re.sub(r"[\[\]:*?/\\']", " ", name)[:31] or "Rows", {'"': "&quot;"})
    sheets = "".join(f'<sheet name="{title}" sheetId="{n}" r:id="r{n}"/>' for n, title in ((1, safe), (2, "About")))
    kinds = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    parts = [("/xl/workbook.xml", "sheet.main"), ("/xl/styles.xml", "styles"),
             ("/xl/worksheets/sheet1.xml", "worksheet"), ("/xl/worksheets/sheet2.xml", "worksheet")]  # fmt: skip
    overrides = "".join(f'<Override PartName="{part}" ContentType="{kinds}.{kind}+xml"/>' for part, kind in parts)
    rels = f'<Relationships xmlns="{_PACK}/relationships">'
    return {
        "[Content_Types].xml": f'<Types xmlns="{_PACK}/content-types"><Default Extension="rels" ContentType='
        f'"application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType='
        f'"application/xml"/>{overrides}</Types>',
        "_rels/.rels": f'{rels}<Relationship Id="r1" Type="{_REL}/officeDocument" Target="xl/workbook.xml"/>'
        "</Relationships>",
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_REL}"><sheets>{sheets}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": rels + "".join(
            f'<Relationship Id="r{n}" Type="{_REL}/worksheet" Target="worksheets/sheet{n}.xml"/>' for n in (1, 2)
        ) + f'<Relationship Id="r3" Type="{_REL}/styles" Target="styles.xml"/></Relationships>',
        "xl/styles.xml": f'<styleSheet xmlns="{_MAIN}"><fonts count="2"><font><sz val="11"/><name val="Calibri"/>'
        '</font><font><b/><sz val="11"/><name val="Calibri"/></font></fonts>'
        '<fills count="1"><fill><patternFill/></fill></fills>'
        '<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>'
        '<cellXfs count="2"><xf/><xf fontId="1" applyFont="1"/></cellXfs></styleSheet>',
    }
