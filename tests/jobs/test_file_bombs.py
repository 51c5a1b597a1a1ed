"""Files made to hurt: each is refused in a sentence or read, within memory and time, and nothing of it is run."""

from __future__ import annotations

import csv
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from rounds.actions.flow.imports.cells import as_written
from rounds.documents.csv import neutral
from rounds.jobs.import_file import FileRefused, lines, look
from rounds.playbook import default

LIMITS = default().imports.limits
MOST_BYTES, MOST_ROWS, MOST_COLUMNS = 50 * 2**20, LIMITS.rows, LIMITS.columns

MOST_MEMORY = 512 * 2**20
READ = """
import os, re, sys
os.environ.update(ROUNDS_MODE="test", DJANGO_SETTINGS_MODULE="rounds.project.settings")
from pathlib import Path
from rounds.jobs.import_file import FileRefused, lines, look
from rounds.playbook import default
path, limits = Path(sys.argv[1]), default().imports.limits
try:
    count = sum(1 for line in lines(path, look(path, path.name, limits), path.name, limits))
    print("read", count)
except FileRefused as refusal:
    print("refused", refusal)
# Not ru_maxrss: that keeps what the process held that this one was forked from.
print(int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1]) * 1024)
"""


def read(file: Path) -> list:
    return list(lines(file, look(file, file.name, LIMITS), file.name, LIMITS))


def measured(path: Path) -> tuple[str, int]:
    """What became of the file in a process of its own, and the most memory that took, in bytes."""
    done = subprocess.run([sys.executable, "-c", READ, str(path)], capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr[-2000:]
    said, used = done.stdout.strip().rsplit("\n", 1)
    return said, int(used)


BOMBS = {
    "the largest file there may be, of wide letters": lambda: ("name,message\n" + "Ann,\U0001f600" + "x" * 4980 + "\n") .encode()[:14] + (("Ann,\U0001f600" + "x" * 4980 + "\n").encode() * 10_500)[: MOST_BYTES - 20],
    "one cell of forty megabytes": lambda: b'name,message\nAnn,"' + b"x" * (40 * 2**20) + b'"\n',
    "a quote that never ends": lambda: b'name,message\nAnn,"' + b"a,b\n" * 8_000_000,
    "ten thousand columns": lambda: b"name," * 10_000 + b"\n" + b"x," * 10_000 + b"\n",
    "more rows than are taken": lambda: b"name\n" + b"A\n" * (MOST_ROWS + 5),
    "a header without an end": lambda: b"x" * (30 * 2**20),
    "nothing but separators": lambda: b"name\n" + b"," * (20 * 2**20),
    "old line ends": lambda: b"name\r" + b"Ann\r" * 1000,
}  # fmt: skip


@pytest.mark.req("SEC-08")
@pytest.mark.parametrize("make", BOMBS.values(), ids=BOMBS)
def test_a_bomb_stays_within_memory_and_time(make, tmp_path):
    file = tmp_path / "leads.csv"
    file.write_bytes(make())
    began = time.monotonic()
    said, used = measured(file)
    assert used < MOST_MEMORY, f"{used / 2**20:.0f} MB"
    assert time.monotonic() - began < 60
    assert said.startswith(("refused ", "read "))
    assert "Traceback" not in said


@pytest.mark.parametrize("raw", [
    b"PK\x03\x04" + b"\0" * 100, b"%PDF-1.7\n\0", b"\x1f\x8b\x08\0" + b"\0" * 50, b"\xff\xd8\xff\xe0\0\x10JFIF", b"name\0\n", b"\xff\xfen\0a\0m\0e\0\n\0\0\0",
    b"", b"\n\n\n", b"\xd0\xcf\x11\xe0" + b"\0" * 600,
])  # fmt: skip
def test_what_is_no_table_is_refused_in_a_sentence(raw, tmp_path):
    file = tmp_path / "leads.csv"
    file.write_bytes(raw)
    with pytest.raises(FileRefused) as refusal:
        read(file)
    assert str(refusal.value).endswith((".", "?"))


def test_too_large_is_known_before_it_is_read(tmp_path):
    file = tmp_path / "leads.csv"
    with file.open("wb") as out:
        out.truncate((LIMITS.megabytes << 20) + 1)
    began = time.monotonic()
    with pytest.raises(FileRefused, match="larger than"):
        read(file)
    assert time.monotonic() - began < 0.5


def test_a_line_with_a_huge_cell_spoils_no_other(tmp_path):
    file = tmp_path / "leads.csv"
    file.write_text("name,message\nAnn,fine\nBo," + "x" * 20_000 + "\nCy,fine\n")
    assert [bool(line.fault) for line in read(file)] == [False, True, False]
    assert "more than" in read(file)[1].fault


def workbook(file: Path, sheet: bytes, **more: bytes) -> Path:
    """The smallest workbook there is, with `sheet` as its only sheet and `more` files beside."""
    parts = {
        "[Content_Types].xml": b'<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/><Override PartName="/xl/worksheets/sheet1.xml" ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"/></Types>',
        "_rels/.rels": b'<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": b'<?xml version="1.0"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets><sheet name="Leads" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": b'<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": sheet, **more,
    }  # fmt: skip
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
        for name, body in parts.items():
            package.writestr(name, body)
    return file


def sheet(rows: list[list[str]]) -> bytes:
    cells = "".join("<row>" + "".join(f'<c t="inlineStr"><is><t>{cell}</t></is></c>' for cell in row) + "</row>" for row in rows)
    return f'<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{cells}</sheetData></worksheet>'.encode()


@pytest.mark.req("INTEG-17")
def test_a_workbook_is_read_as_its_cells_say(tmp_path):
    file = workbook(tmp_path / "leads.xlsx", sheet([["Name", "E-mail"], ["Ann Lee", "ann@a.example"], ["", ""], ["Bo Fox", "bo@b.example"]]))
    assert look(file, file.name, LIMITS).heads == ["Name", "E-mail"]
    assert [line.cells for line in read(file)] == [["Ann Lee", "ann@a.example"], ["Bo Fox", "bo@b.example"]]


@pytest.mark.req("SEC-08")
@pytest.mark.parametrize(("make", "says"), [
    (lambda f: workbook(f, sheet([["Name"]]) + b" " * (LIMITS.unpacked_megabytes << 20)), "unpacks to more"),
    (lambda f: workbook(f, b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>' + sheet([["&b;"]])), "defines words"),
    (lambda f: workbook(f, b"<not xml"), "cannot be read|no sheet"),
    (lambda f: workbook(f, sheet([["x"] * (MOST_COLUMNS + 1), ["y"]])), "more than"),
])  # fmt: skip
def test_a_workbook_made_to_hurt_is_refused_in_a_sentence(make, says, tmp_path):
    with pytest.raises(FileRefused, match=says):
        read(make(tmp_path / "bomb.xlsx"))


@pytest.mark.req("INTEG-17")
@given(st.lists(st.lists(st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=12), min_size=3, max_size=3), min_size=1, max_size=6),
       st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]), st.sampled_from(",;\t|"))  # fmt: skip
@settings(deadline=None, max_examples=60)
def test_what_is_written_is_what_is_read(rows, encoding, delimiter):
    rows = [row for row in rows if any(cell.strip() for cell in row)]
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "any.csv"
        with file.open("w", encoding=encoding, newline="") as out:
            csv.writer(out, delimiter=delimiter).writerows([["a", "b", "c"], *rows])
        if rows:
            assert [line.cells for line in read(file)] == rows


@pytest.mark.req("SEC-08", "INTEG-17")
@given(st.text(max_size=40))
def test_a_cell_that_left_as_harmless_text_comes_back_as_it_was(cell):
    cell = cell.strip()
    assert as_written(neutral(cell)) == cell
