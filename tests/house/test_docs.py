"""The map of the house leads to places that exist."""

from __future__ import annotations

import re

import pytest

from tests.house.house import ROOT

PAGE = (ROOT / "docs" / "where-do-i-look.md").read_text()
ROWS = [line for line in PAGE.splitlines() if line.startswith("| ") and "---" not in line][1:]
PATHS = sorted(set(re.findall(r"`((?:src|tests|docs|bench|tools)/[^`…]+|pyproject\.toml)`", PAGE)))


@pytest.mark.parametrize("path", PATHS)
def test_every_place_exists(path):
    assert (ROOT / path).exists(), "moved? then say so in docs/where-do-i-look.md"


def test_every_question_has_a_place():
    assert len(ROWS) >= 20
    assert [row for row in ROWS if "`" not in row] == []


def test_pages_link_to_pages_that_exist():
    broken = []
    for page in [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]:
        for link in re.findall(r"\]\(([^)#:\s]+)(?:#[^)]*)?\)", page.read_text()):
            if not (page.parent / link).exists():
                broken.append(f"{page.relative_to(ROOT)} → {link}")
    assert broken == []
