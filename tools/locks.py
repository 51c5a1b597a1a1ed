"""The locks as data: which version of which package a Rounds is made of. Read by the gates beside this file."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
ENTRY = re.compile(r"^([a-z0-9][a-z0-9._-]*)(?:\[[a-z0-9,_-]+\])?==([^\s;\\]+)", re.M)


def python(root: Path, *names: str) -> dict[str, set[str]]:
    """name → versions, of the named lock files (core, demo, …) or all; a package may have one a Python version."""
    files = [root / "requirements" / f"{name}.txt" for name in names] or sorted((root / "requirements").glob("*.txt"))
    found: dict[str, set[str]] = {}
    for file in files:
        for name, version in ENTRY.findall(file.read_text()):
            found.setdefault(name, set()).add(version)
    return found


def hashes(root: Path, name: str) -> dict[tuple[str, str], list[str]]:
    """(name, version) → the SHA-256 digests of the files that may be installed."""
    found: dict[tuple[str, str], list[str]] = {}
    for entry in re.split(r"\n(?=\S)", (root / "requirements" / f"{name}.txt").read_text()):
        if match := ENTRY.match(entry):
            found.setdefault((match[1], match[2]), []).extend(sorted(re.findall(r"--hash=sha256:([0-9a-f]{64})", entry)))
    return found


def npm(root: Path) -> list[tuple[str, dict]]:
    """(name, entry) of every package the browser assets are built with."""
    packages = json.loads((root / "package-lock.json").read_text())["packages"]
    return [(path.rpartition("node_modules/")[2], entry) for path, entry in sorted(packages.items()) if path]


def say(gate: str, found: list[str], fine: str) -> None:
    """End the gate: its faults one a line and exit status 1, or one line and 0."""
    for line in found:
        print(f"{gate}: {line}", file=sys.stderr)
    if found:
        sys.exit(1)
    print(f"{gate}: {fine}")
