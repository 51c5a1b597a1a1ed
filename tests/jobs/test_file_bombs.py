"""Files made to hurt: each is refused in a sentence or read, within memory and time, and nothing of it is run."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest

from rounds.jobs.lead_file import MOST_BYTES, MOST_COLUMNS, MOST_ROWS, FileRefused, lines_of, text_of

MOST_MEMORY = 512 * 2**20
READ = """
import os, re, sys
os.environ.update(ROUNDS_MODE="test", DJANGO_SETTINGS_MODULE="rounds.project.settings")
import django; django.setup()
from pathlib import Path
from rounds.jobs.lead_file import FileRefused, lines_of, text_of
from rounds.playbook import default
path, book = Path(sys.argv[1]), default()
try:
    count = sum(1 for line in lines_of(text_of(path), path.name, book))
    print("read", count)
except FileRefused as refusal:
    print("refused", refusal)
# Not ru_maxrss: that keeps what the process held that this one was forked from.
print(int(re.search(r"VmHWM:\\s+(\\d+)", Path("/proc/self/status").read_text())[1]) * 1024)
"""


@pytest.fixture(scope="module")
def book():
    from rounds.playbook import default

    return default()


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
    b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaa">]><x>&a;</x>', b"", b"\n\n\n", b"name,name\nx,y\n", b"password\nx\n",
])  # fmt: skip
def test_what_is_no_list_of_leads_is_refused_in_a_sentence(raw, tmp_path, book):
    file = tmp_path / "leads.csv"
    file.write_bytes(raw)
    with pytest.raises(FileRefused) as refusal:
        list(lines_of(text_of(file), file.name, book))
    assert str(refusal.value).endswith((".", "?"))


def test_too_large_is_known_before_it_is_read(tmp_path):
    file = tmp_path / "leads.csv"
    with file.open("wb") as out:
        out.truncate(MOST_BYTES + 1)
    began = time.monotonic()
    with pytest.raises(FileRefused, match="larger than"):
        text_of(file)
    assert time.monotonic() - began < 0.5


def test_a_line_with_a_huge_cell_spoils_no_other(tmp_path, book):
    file = tmp_path / "leads.csv"
    file.write_text("name,message\nAnn,fine\nBo," + "x" * 20_000 + "\nCy,fine\n")
    found = list(lines_of(text_of(file), file.name, book))
    assert [line.said is not None for line in found] == [True, False, True]
    assert "more than" in found[1].fault
    assert MOST_COLUMNS < 10_000
