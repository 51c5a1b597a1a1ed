"""The page of requirements says what the tests say."""

from __future__ import annotations

import importlib.util
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
spec = importlib.util.spec_from_file_location("proofs", ROOT / "tools" / "proofs.py")
proofs = importlib.util.module_from_spec(spec)
spec.loader.exec_module(proofs)


def test_every_id_a_test_names_is_in_the_list() -> None:
    known = {one for lines in proofs.requirements().values() for one in lines}
    unknown = {one: files for one, files in proofs.proofs().items() if one not in known}
    assert unknown == {}, "mistyped, or missing in docs/requirements.yaml"


def test_the_page_is_current() -> None:
    assert proofs.PAGE.read_text() == proofs.page(), "run `make docs`"
