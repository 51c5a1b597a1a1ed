"""What the tests of the house read: its files, parsed."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "rounds"


def files(*rooms: str) -> list[Path]:
    """The Python files of the named rooms, or of all; without migrations."""
    places = [PACKAGE / room for room in rooms] or [PACKAGE]
    return sorted(f for place in places for f in place.rglob("*.py") if "migrations" not in f.parts)


@cache
def tree(file: Path) -> ast.Module:
    """The file, parsed once."""
    return ast.parse(file.read_text())


def nodes(file: Path, *kinds: type[ast.AST]) -> Iterator[ast.AST]:
    """Every node of `kinds` in the file."""
    return (node for node in ast.walk(tree(file)) if isinstance(node, kinds))


def at(file: Path, node: ast.AST) -> str:
    """file:line, as an editor opens it."""
    return f"{file.relative_to(ROOT)}:{node.lineno}"
