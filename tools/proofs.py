"""Write docs/requirements.md: each requirement, its line, and the test files that prove it.

`python tools/proofs.py` writes the page, `python tools/proofs.py --check` says whether it is current (exit 1).
The marks are read from the tests' source, so nothing of the product is imported.
"""

from __future__ import annotations

import ast
import sys
from collections import defaultdict
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "requirements.md"
LIST = ROOT / "docs" / "requirements.yaml"


def requirements() -> dict[str, dict[str, str]]:
    """Area → id → line, in the order of the list."""
    return yaml.safe_load(LIST.read_text())


def proofs() -> dict[str, set[str]]:
    """Id → the test files (from the root) that carry it in a `req` mark, on a test, a class or a whole module."""
    found: dict[str, set[str]] = defaultdict(set)
    for file in sorted((ROOT / "tests").rglob("test_*.py")):
        for node in ast.walk(ast.parse(file.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "req":
                for argument in node.args:
                    if isinstance(argument, ast.Constant):
                        found[str(argument.value)].add(file.relative_to(ROOT).as_posix())
    return found


def page() -> str:
    """The whole page as Markdown."""
    proven = proofs()
    areas = requirements()
    ids = [one for lines in areas.values() for one in lines]
    rows = [
        "# What the product does, and where that is proven",
        "",
        "<!-- Written by `make docs` from requirements.yaml and the tests' marks. Do not edit. -->",
        "",
        f"{sum(one in proven for one in ids)} of {len(ids)} requirements have a test that names them.",
    ]
    for area, lines in areas.items():
        rows += ["", f"## {area[0].upper()}{area[1:]}", "", "| id | the product… | proven in |", "|---|---|---|"]
        for one, line in lines.items():
            where = "<br>".join(f"[{Path(file).stem}](../{file})" for file in sorted(proven.get(one, ())))
            rows.append(f"| {one} | {line} | {where or '**not yet**'} |")
    return "\n".join(rows) + "\n"


def main(arguments: list[str]) -> int:
    """Write or check the page; returns the exit code."""
    text = page()
    if "--check" in arguments:
        if PAGE.exists() and PAGE.read_text() == text:
            return 0
        print("docs/requirements.md is out of date: run `make docs`", file=sys.stderr)
        return 1
    PAGE.write_text(text)
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
