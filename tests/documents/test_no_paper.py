"""A machine without the text library says so, instead of breaking."""

from __future__ import annotations

import subprocess
import sys

WITHOUT = """
import ctypes.util, cffi
def none(self, name, flags=0): raise OSError(f"cannot load library '{name}'")
cffi.FFI.dlopen = none
from rounds.documents.pdf import NoPaper, pdf
try:
    pdf("<p>x</p>")
except NoPaper as refusal:
    print(refusal.status, refusal)
"""


def test_paper_without_pango_is_refused_with_the_mend():
    done = subprocess.run([sys.executable, "-c", WITHOUT], capture_output=True, text=True, check=False)
    said = done.stdout.strip().splitlines()[-1]  # the library prints a notice of its own first
    assert said.startswith("503 PDFs need the Pango library"), done.stderr
    assert "apt-get install libpango-1.0-0" in said
